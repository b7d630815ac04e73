from django.db import migrations, models


class Migration(migrations.Migration):
    """Users can be told of acute disclosures to sign off, and of a colleague's access that was ended."""

    dependencies = (("cases", "0005_first_note_templates"),)

    operations = (
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("caller_code_stated", "A caller stated the code of your case to a colleague."),
                    ("case_broken_open", "A colleague opened your case in an emergency."),
                    ("follow_up_given", "A colleague planned a follow-up for you."),
                    ("follow_up_due", "A follow-up of yours is due."),
                    ("break_glass_to_review", "An emergency opening waits for your look."),
                    ("break_glass_reviewed", "Your emergency opening has been signed off."),
                    (
                        "hand_over_offered",
                        "A colleague hands a case over to you. Read the note and acknowledge.",
                    ),
                    ("hand_over_acknowledged", "Your hand-over has been acknowledged."),
                    ("hand_over_declined", "Your hand-over was declined. The case is still yours."),
                    ("hand_over_withdrawn", "A hand-over to you has been withdrawn."),
                    ("hand_over_unanswered", "A hand-over has not been acknowledged."),
                    ("second_look_asked", "A colleague asks you for a second look."),
                    ("second_look_answered", "Your question for a second look has been answered."),
                    ("co_worker_added", "A colleague shares a case with you."),
                    ("case_merged", "Your case has been merged with another."),
                    ("case_given", "A case is yours now. Read it and see what is promised."),
                    ("case_taken", "A supervisor has given your case to a colleague."),
                    ("merge_undone", "A merge of your case has been undone."),
                    ("referral_arrived", "A referral has arrived."),
                    ("referral_opened", "The municipality has opened your referral."),
                    ("referral_answered", "The municipality has answered your referral."),
                    ("referral_outcome", "An outcome of your referral has been reported."),
                    ("referral_overdue", "A referral has stood still for too long."),
                    ("referral_asked", "The municipality has asked about your referral."),
                    ("referral_told", "The municipality has answered a question about your referral."),
                    ("welcome_unredeemed", "A function has not come to its referral. Telephone it."),
                    (
                        "disclosure_to_sign_off",
                        "A disclosure left in acute danger on one person's word. Look at it and sign it off.",
                    ),
                    ("disclosure_signed_off", "Another person has looked at your acute disclosure."),
                    ("recipient_ended", "A function has ended a colleague's access to the portal."),
                    ("letter_undelivered", "A letter about your referral could not be delivered."),
                    ("line_unstaffed", "A line is open, or about to open, and nobody is on duty."),
                ],
                max_length=32,
            ),
        ),
    )
