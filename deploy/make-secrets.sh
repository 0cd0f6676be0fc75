#!/bin/sh
# Make the secrets that compose.yaml reads. What is there stays as it is, so it may run again.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets

random() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

[ -s secrets/secret_key ] || random > secrets/secret_key
[ -s secrets/database_admin_password ] || random > secrets/database_admin_password
[ -s secrets/database_password ] || random > secrets/database_password
[ -s secrets/database_url ] || printf 'postgresql+psycopg://groupsched:%s@database/groupsched?sslmode=disable' \
    "$(cat secrets/database_password)" > secrets/database_url
[ -e secrets/smtp_url ] || : > secrets/smtp_url
# The folder lets nobody in. The files themselves are open to read, since each container, which gets them one by one, has
# an account of its own that this machine does not know.
chmod 0700 secrets
chmod 0444 secrets/*
echo "secrets/ is there. Write the address of your mail server into secrets/smtp_url: smtp://user:password@host:587"
