# What is to be asked for: as the node's own settings name it, else as the caller gave it (asked_certificates).
# Sets certificates ("URL CLIENT" a line; CLIENT may be empty), client (msiClientId), users and stores, one a line.

newest_settings() {
  cd "${root:-/}" 2>/dev/null || return 0
  ls -1t $own_files 2>/dev/null | grep '\.settings$' | head -n 1
}

settings_read() {
  certificates= client= users= stores= endpoint= clients=
  file=$(newest_settings)
  if [ -z "$file" ]; then settings="no settings of the extension on this node"
  else
    settings=/$file
    # the strings of the JSON one a line, with what stands between two of them; quotes inside strings count, too:
    # settings that were handed over as text are read all the same
    strings=$(tr -d '\\\r\n\t' <"$root/$file" 2>/dev/null | tr -s ' ' | tr '"' '\n' | head -c 65536)
    if [ -n "$strings" ]; then read_strings; else settings="$settings may not be read, or is empty"; fi
  fi
  if [ -z "$certificates" ] && [ -n "$asked_certificates" ]; then
    certificates=$asked_certificates$newline settings="$settings; asked as the caller said"
  fi
}

read_strings() {
  key= last= depth=0 entry=-1 entry_url= entry_client= override=no
  old=$IFS
  IFS=$newline
  set -f
  for word in $strings; do
    case "$word" in
      *[!][{}:,\ ]*) string_read "$word" ;;
      *) between "$word" ;;
    esac
  done
  set +f
  IFS=$old
  entry_ends
}

between() { # SIGNS: how deep the next string lies, and whether the last was a key
  case "$1" in
    *\{*) key= ;;
    :* | \ :*) key=$last ;;
    *) key= ;;
  esac
  signs=$(printf '%.200s' "$1")
  while [ -n "$signs" ]; do
    case "$signs" in
      \{*) depth=$((depth + 1)) ;;
      \}*)
        depth=$((depth - 1))
        if [ "$depth" -lt "$entry" ]; then entry_ends; fi
        [ "$override" != "$depth" ] || override=no
        ;;
    esac
    signs=${signs#?}
  done
}

string_read() { # TEXT: a key, or the value of the last one
  case "$key:$1" in
    authenticationOverride:*) ;;
    url:*) entry=$depth entry_url=$(in_one_word "$1") ;; # whatever it is: what cannot be asked for is told
    certificateStoreLocation:*) case "$1" in /*) stores="$stores${1#/}$newline" ;; esac ;;
    *:*://*/[Ss]ecrets/* | *:*://*/[Cc]ertificates/* | :[!/]*.*/[Ss]ecrets/* | :[!/]*.*/[Cc]ertificates/*)
      certificates="$certificates$(in_one_word "$1") $newline" ;;
    msiClientId:*) if [ "$override" = no ]; then client=$1; else entry_client=$1; fi ;;
    msiEndpoint:*) [ "$override" != no ] || endpoint=$1 ;;
    user:*) users="$users$1$newline" ;;
    :authenticationOverride) override=$depth ;;
  esac
  last=$1 key=
}

in_one_word() { # URL: as a line of certificates holds it
  printf '%s' "$1" | sed 's/ /%20/g'
}

entry_ends() {
  [ -z "$entry_url" ] || certificates="$certificates$entry_url $entry_client$newline"
  entry=-1 entry_url= entry_client= override=no
}

url_parts() { # URL: sets host, name and path; false where it is none that may be asked
  case "$1" in [Hh][Tt][Tt][Pp][Ss]://*) host=${1#*://} ;; *) return 1 ;; esac
  path=/${host#*/}
  host=$(printf '%s' "${host%%/*}" | tr 'A-Z' 'a-z')
  host=${host%:443}
  case "$host" in '' | *[!a-z0-9.-]* | .* | -*) return 1 ;; esac
  case "$path" in
    /secrets/?*) path=${path#/secrets/} ;;
    /certificates/?*) path=${path#/certificates/} ;;
    *) return 1 ;;
  esac
  path=${path%/}
  name=${path%%/*}
  case "$path" in *[!0-9A-Za-z/-]* | */*/*) return 1 ;; esac
  path=/secrets/$path
}

cloud_of() { # HOST: sets audience, which tokens are for; false where the host is no vault of a known cloud
  audience=
  case "${1%%.*}" in '' | *[!a-z0-9-]*) return 1 ;; esac
  case "${1#*.}" in
    vault.azure.net | vault.azure.cn | vault.usgovcloudapi.net | vault.microsoftazure.de) audience=https://${1#*.} ;;
    *) return 1 ;;
  esac
}
