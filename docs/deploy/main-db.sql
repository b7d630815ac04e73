-- Run once by the image on an empty main server, after roles.sql: passwords from files, one database, nobody else in it.
\set owner `cat /run/secrets/hotline_owner_password`
\set web `cat /run/secrets/hotline_web_password`
\set sequencer `cat /run/secrets/hotline_sequencer_password`
ALTER ROLE hotline_owner PASSWORD :'owner';
ALTER ROLE hotline_web PASSWORD :'web';
ALTER ROLE hotline_sequencer PASSWORD :'sequencer';
ALTER ROLE hotline_keys NOLOGIN;
CREATE DATABASE hotline OWNER hotline_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE hotline FROM PUBLIC;
GRANT CONNECT ON DATABASE hotline TO hotline_web, hotline_sequencer;
\connect hotline
\include /etc/hotline/grants.sql
