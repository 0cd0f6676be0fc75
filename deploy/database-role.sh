#!/bin/sh
# PostgreSQL runs this once, while its volume is empty: groupsched gets an account that owns its database and is no superuser.
# CREATEDB is for putting a backup back, which makes the new database beside the old one.
set -eu
psql -v ON_ERROR_STOP=1 --username postgres <<'SQL'
\set password `cat /run/secrets/database_password`
CREATE ROLE groupsched LOGIN CREATEDB PASSWORD :'password';
CREATE DATABASE groupsched OWNER groupsched;
SQL
