-- Run in the main database: hotline_web may work in every table that hotline_owner will make;
-- the trail's migration takes back what it must not have.
GRANT USAGE ON SCHEMA public TO hotline_web, hotline_sequencer;
GRANT ALL ON SCHEMA public TO hotline_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE hotline_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hotline_web;
ALTER DEFAULT PRIVILEGES FOR ROLE hotline_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO hotline_web;
