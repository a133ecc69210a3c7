#!/bin/sh
# Makes the secrets of compose.yaml in compose/secrets, or in the folder that is named. What exists stays as it is: with
# another master key, everything sealed with the first one would be lost.
set -eu

folder=${1:-$(dirname "$0")/secrets}
# Nobody but you enters the folder. The files in it are open, since each container's program has a user of its own and
# sees only the files that compose.yaml gives it.
umask 077
mkdir -p "$folder"
chmod 700 "$folder"

# make NAME BYTES: so many random bytes, in base64.
make() {
  if [ -s "$folder/$1" ]; then return; fi
  head -c "$2" /dev/urandom | base64 | tr -d '\n' > "$folder/$1.new"
  chmod 444 "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
  echo "made $folder/$1"
}

make master-key 32
make identity-index-key 32
make lookup-key 32
make cookie-keys 32
make client-oima 32
make mongo-key 700
make mongo-operator-password 32
make mongo-password 32
make redis-password 32
