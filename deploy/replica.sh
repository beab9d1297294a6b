#!/bin/sh
# Copies the primary the first time, then follows it. A copy that broke off is begun anew.
set -eu
if [ ! -e "$PGDATA/copied" ]; then
    find "$PGDATA" -mindepth 1 -delete
    chmod 0700 "$PGDATA"
    from="host=primary user=replicator password=$PGPASSWORD"
    # A slot keeps what this replica has not had yet; it is there already when a copy broke off.
    psql "$from dbname=postgres replication=database" -c "CREATE_REPLICATION_SLOT replica1 PHYSICAL RESERVE_WAL" || true
    pg_basebackup -D "$PGDATA" -d "$from" -R -S replica1 -X stream -c fast
    touch "$PGDATA/copied"
fi
exec postgres -c hot_standby=on -c max_connections=200
