-- Run once by the image on an empty keys server, after roles.sql: only hotline_keys can sign in here.
\set keys `cat /run/secrets/hotline_keys_password`
ALTER ROLE hotline_keys PASSWORD :'keys';
ALTER ROLE hotline_owner NOLOGIN;
ALTER ROLE hotline_web NOLOGIN;
ALTER ROLE hotline_sequencer NOLOGIN;
CREATE DATABASE hotline_keys OWNER hotline_keys ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE hotline_keys FROM PUBLIC;
