# The order of the questions, which is the order in which a failure is met.

for_each_certificate() {
  hosts= rest_of=$certificates number=0
  while [ -n "$rest_of" ]; do
    line=${rest_of%%"$newline"*}
    rest_of=${rest_of#*"$newline"}
    [ -n "$line" ] || continue
    number=$((number + 1))
    url=${line%% *} named=${line#* }
    begin
    if [ "$number" -gt 10 ]; then tell vault unknown "$url" "more than ten certificates: the rest was not asked for"; break; fi
    if ! url_parts "$url"; then
      tell vault unknown "$url" \
        "no URL of a secret that this probe asks for: https://VAULT/secrets/NAME, or /NAME/VERSION, with no port but 443 and nothing behind it"
      continue
    fi
    if ! cloud_of "$host"; then
      tell vault unknown "$url" "$host is under no vault suffix of a known cloud: no token is sent there"
      continue
    fi
    certificate "${named:-$client}"
  done
}

certificate() { # CLIENT
  path_of=$path host_of=$host
  case "$hosts" in
    *"$newline$host_of "*)
      looked=${hosts#*"$newline$host_of "}
      looked=${looked%%"$newline"*}
      way=${looked%% *} why_not=${looked#* }
      ;;
    *)
      way=no said=
      resolve "$host_of"
      if [ "$resolved" != no ]; then reach "$host_of" "$path_of?api-version=7.4"; way=$reached; fi
      why_not=$said
      hosts="$hosts$newline$host_of $way $why_not$newline"
      ;;
  esac
  named_token "$1"
  if [ "$way" = yes ]; then ask_secret "$host_of" "$path_of"
  else begin; tell vault unknown "https://$host_of$path_of" "it was not asked${why_not:+: $why_not}"
  fi
  token=
}

named_token() { # CLIENT: a token is told of once for each identity, and asked for again where another came between
  case "$clients" in
    *"$newline$1 $audience no$newline"*) token= ;;
    *"$newline$1 $audience yes$newline"*) ask_token "$1" "$audience" || token= ;;
    *)
      if ask_named_token "$1" "$audience"; then clients="$clients$newline$1 $audience yes$newline"
      else clients="$clients$newline$1 $audience no$newline"; token=
      fi
      ;;
  esac
}

main() {
  prepared
  root=${1:-${TROUBLESHOOTER_NODE_ROOT:-}}
  root=${root%/}
  since_boot
  started=$now best=99 head_word=well clients= skew_imds= skew_vault= hosts=
  case "$(command -v printf)" in
    printf) ;;
    *) printf 'troubleshooter probe 1\nhead\tunknown\t0\t\tidentity\n'; return ;; # it would show a token to ps
  esac
  settings_read
  tools
  unit_asked
  ask_imds
  identities
  for_each_certificate
  if [ -z "$certificates" ]; then begin; named_token_alone; fi
  clock_told
  disks_told
  mounts_told
  readers_told
  unit_told
  selinux_told
  around_told
  print_all
}

named_token_alone() { # no certificate is known: an identity that is named can be asked for all the same
  tell vault unknown "" "no certificate is known that could be asked for: $settings"
  [ -z "$client" ] || ask_named_token "$client" https://vault.azure.net
  token=
}

main "$@" </dev/null
