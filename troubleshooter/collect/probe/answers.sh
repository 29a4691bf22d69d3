# Asks a Linux node what its Key Vault extension would meet: IMDS, token, name, route, TLS, vault, secret; and the node.
# Read-only, written for sh without awk or Python. Ends within 100 seconds; each answer is one line, the head line first.
# Usage: sh -s -- [ROOT] < script   (ROOT: of a simulated node; empty on a real one)
#
# Token and value live only in variables that are not exported and in pipes between processes of this script: never in
# an argument, the environment, a file (so no here-document), what is printed, or a core file. printf must be the
# shell's own, or it would get them as an argument: main looks.
#
# Everything is in functions and main is called in the last line: a script that arrived in part does nothing.

budget=90 # seconds, of all calls together
tab=$(printf '\t')
newline='
'
return=$(printf '\r')

prepared() { # nothing that the caller's shell was told may carry a secret out of it
  set +x +v +a
  ulimit -c 0 2>/dev/null
  umask 077
  unset -f printf read unset tr head sed grep od base64 2>/dev/null # of functions that bash takes from its environment
  # what was exported to us stays exported when it is given another value
  unset answer response head body token value text rest part whole message said reason told line key found
  unset SSLKEYLOGFILE CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR CURL_HOME WGETRC SYSTEM_WGETRC CDPATH TAR_OPTIONS
  export LC_ALL=C RANDFILE=/dev/null
  told= token= value= body= answer=
}

since_boot() { # sets now, in hundredths of a second
  now=0
  if read -r now rest 2>/dev/null </proc/uptime; then
    now=${now%.*}${now#*.}
    while :; do case "$now" in 0?*) now=${now#0} ;; *) break ;; esac; done
  fi
}

begin() { since_boot; began=$now; }

seconds_left() { # MOST: sets allowed to that, or to what is left of all; false where nothing is
  since_boot
  allowed=$((budget - (now - started) / 100))
  [ "$allowed" -le "$1" ] || allowed=$1
  [ "$allowed" -gt 0 ]
}

printable() { # TEXT MOST: on one line, without what a terminal obeys
  printf "%.$2s" "$1" | tr '\000-\037\177-\377' '?'
}

tell() { # ID STATUS SUBJECT REASON: an answer, with the time since begin
  since_boot
  case "$4" in
    *"${token:-$newline$newline}"* | *"${value:-$newline$newline}"*) reason="what was said is left out: it holds a secret" ;;
    *) reason=$(printable "$4" 900) ;;
  esac
  told="$told$1$tab$2$tab$(((now - began) * 10))$tab$(printable "$3" 200)$tab$reason$newline"
  case "$2" in fail | unknown) judged "$1" "$2" ;; esac
}

judged() { # ID STATUS: the head line's word, of what failed on the way first, else of what is not known
  case "$1" in
    imds | token) rank=1 word=identity ;;
    dns) rank=2 word=DNS ;;
    tcp) rank=3 word=route ;;
    tls) rank=4 word=TLS ;;
    vault) rank=5 word=vault ;;
    secret) rank=6 word=secret ;;
    clock | disk | inodes | writable | exec | store | unit | selinux) rank=7 word=node ;;
    *) return 0 ;;
  esac
  [ "$2" != unknown ] || case "$1" in
    unit | selinux) return 0 ;; # not every machine has them
    *) rank=$((rank + 10)) ;;
  esac
  if [ "$rank" -lt "$best" ]; then best=$rank head_word=$word; fi
}

print_all() {
  since_boot
  case "$best" in
    99) status=pass ;;
    1?) status=unknown ;;
    *) status=fail ;;
  esac
  printf '%s\n' "troubleshooter probe 1"
  printf '%s\t%s\t%s\t%s\t%s\n' head "$status" "$(((now - started) * 10))" "$(printable "$settings" 200)" "$head_word"
  printf '%s' "$told"
}
