"""What the demo's made-up conversations say: plain Swedish, no names, nobody who exists."""

SUMMARIES = (
    (
        "Föräldern beskriver att tonåringen dragit sig undan sedan hösten, bytt umgänge och tittar på klipp som "
        "hyllar våld. Orolig men vill inte anmäla. Vi gick igenom hur man kan prata utan att bryta kontakten."
    ),
    (
        "Läraren har sett symboler ritade i en skolbok och hört hot riktade mot en grupp elever. Elevhälsan är "
        "inkopplad. Undrar vad skolan får berätta för socialtjänsten. Fick råd om konsultation utan namn."
    ),
    (
        "Syskonet säger att brodern pratar om att resa och har slutat svara i telefon vissa tider. Inga konkreta "
        "planer kända. Vi kom överens om att hen hör av sig efter helgen."
    ),
    (
        "Personen vill själv lämna en miljö och är rädd för vad de andra gör då. Har flyttat. Berättade om "
        "avhopparstöd och vad som händer vid ett första möte."
    ),
    (
        "Ungdomsledaren märker att två ungdomar delar propaganda i föreningens grupp. Vi pratade om gränser, hur man "
        "frågar nyfiket och när kommunens samordnare bör kopplas in."
    ),
    (
        "Partnern är orolig för hatiska utbrott hemma. Ingen akut fara just nu. Barn finns i hemmet. Talade om "
        "socialtjänstens mottagning och om hur en orosanmälan går till."
    ),
)
NOTES = (
    "Ringde upp som överenskommet. Läget oförändrat, kontakten inom familjen har dock ökat.",
    "Uppringaren har pratat med skolan. Vill nu ha hjälp av kommunen och går med på en hänvisning.",
    "Frågade en kollega om råd. Vi ser behov av stöd till föräldrarna även om den unge tackar nej.",
    "Kommunen har hört av sig till familjen. Första mötet är bokat.",
)
FOLLOW_UPS = (
    "Höra hur samtalet hemma gick.",
    "Fråga om kommunen har hört av sig.",
    "Stämma av läget före lovet.",
)
MESSAGE = "Familjen önskar ett första samtal om stöd till föräldrarna. De har själva berättat för den unge."
WAITS = "Skolan återkommer till uppringaren efter elevhälsomötet. Vi väntar på det beskedet."
HAND_OVERS = (
    (
        "Jag är ledig från i morgon. Uppringaren väntar sig ett samtal före fredag och vill helst bli uppringd efter "
        "klockan tre. Börja med hur det gick i skolan."
    ),
    "Kommunen har svarat och vill boka tid. Uppringaren är inte tillfrågad ännu.",
)
QUESTIONS = (
    "Föräldern vill att vi pratar med den unge direkt. Hur hade du gjort?",
    "Jag har bedömt risken som förhöjd men är osäker. Läs den senaste anteckningen och säg hur du ser på det.",
)
EMERGENCIES = (
    "Uppringaren ringer igen om det som hände i natt, och kuratorn har slutat för dagen.",
    "Socialjouren ringer upp om ett barn i familjen. Jag måste veta vad vi redan har rått till.",
)
SIGNED_OFF = "Rimligt: samtalet gick inte att vänta med."
LATE = "Ringa upp och höra om mötet blev av."
TODAY = "Ringa efter klockan två: då är uppringaren ensam hemma."
DRAFT = (
    "Ringde tillbaka klockan nio. Det var lugnt hemma i går kväll, men den unge har inte varit i skolan sedan "
    "torsdag. Vi pratade om"
)
NEWS = (
    "Stödtelefonens broschyr har nått skolorna i två län. Räkna med fler samtal från elevhälsan den här veckan.",
    "Orosanmälan i ett av länens kommuner tas just nu emot på reservnumret. Se kommunens sida i katalogen.",
)
OUTREACH = (
    (
        "dialogue",
        12,
        "Hur hänvisningarna har fungerat under hösten, och vem som svarar när samordnaren är borta.",
    ),
    ("training", 40, "Halvdag för socialsekreterare om oro för radikalisering."),
    ("visit", 75, "Besök hos samordnaren och ungdomsmottagningen."),
)
