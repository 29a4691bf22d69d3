# Calls: each leaves its answer in $answer (all that came), $code (HTTP's, or nothing), $head, $body, and where it failed
# $went (refused, silent, dns, tls, other, tool) and $said (in whose words).

has() { # COMMAND: it is there; of a disk that is mounted elsewhere only what lies on it: the rest is another machine's
  at=$(command -v "$1" 2>/dev/null) || return 1
  [ -z "$root" ] || case "$at" in "$root"/*) ;; *) return 1 ;; esac
}

tools() {
  has_timeout=no https_by= http_by=
  if command -v timeout >/dev/null && timeout 5 true 2>/dev/null; then has_timeout=yes; fi
  if has curl; then https_by=curl http_by=curl
  else
    if has wget && wget --version 2>/dev/null | grep -q 'GNU Wget'; then http_by=wget; fi
    if has openssl && openssl s_client -help 2>&1 | grep -q verify_hostname; then https_by=openssl
    elif [ "$http_by" = wget ] && wget --version | grep -q '+https'; then https_by=wget
    fi
    if [ -z "$http_by" ] && has nc; then http_by=nc
    elif [ -z "$http_by" ] && has bash; then http_by=bash
    fi
  fi
}

limited() { # SECONDS COMMAND...: ended after that long, and then its status is 124
  limit=$1
  shift
  if [ "$has_timeout" = yes ]; then
    timeout "$limit" "$@"
    ended=$?
    [ "$ended" != 143 ] || ended=124 # busybox's gives that of the signal
    return "$ended"
  fi
  "$@" <&0 &
  command=$!
  (sleep "$limit" && kill "$command") >/dev/null 2>&1 </dev/null &
  watch=$!
  wait "$command"
  ended=$?
  kill "$watch" 2>/dev/null
  [ "$ended" -lt 128 ] || ended=124
  return "$ended"
}

most=49152 # bytes of one answer: a secret has 25 KiB at most, and shells take long over longer texts

ending() { # COMMAND...: its output, and after it how it ended
  { "$@" 2>&1; printf '\nended=%s' "$?"; } | head -c "$most"
}

by_curl() { # the header, if any, comes on standard input
  limited "$allowed" curl -q -sS -i --noproxy '*' --connect-timeout 5 --max-time "$allowed" "$@"
}

by_curl_in_words() { # what it says of the connection, with the headers; never of a call that has a token
  limited "$allowed" curl -q -sS -v -o /dev/null --noproxy '*' --proto =https --connect-timeout 5 \
    --max-time "$allowed" "$@"
}

by_wget() {
  limited "$allowed" wget -O - --save-headers --content-on-error --no-proxy --no-hsts --tries=1 \
    --max-redirect=0 --timeout="$allowed" --check-certificate "$@"
}

by_nc() { # HOST PORT
  limited "$allowed" nc -w "$allowed" "$1" "$2"
}

by_bash() { # HOST PORT
  limited "$allowed" bash -c 'exec 3<>"/dev/tcp/$1/$2" || exit 7
    cat >&3
    cat <&3' probe "$1" "$2"
}

by_openssl() { # HOST: what it is to say comes on standard input, and is sent only over a connection that was verified
  limited "$allowed" openssl s_client -quiet -connect "$1:443" -servername "$1" -verify 20 -verify_return_error \
    -verify_hostname "$1"
}

metadata_request() { # PATH KEY
  printf 'GET %s HTTP/1.0\r\nHost: %s\r\nMetadata: true\r\n' "$1" "$giver_at"
  [ -z "$2" ] || printf 'Authorization: Basic %s\r\n' "$2"
  printf '\r\n'
}

plain_call() { # PATH KEY: of who gives tokens, over HTTP and never by a proxy; with the key of a challenge, if any
  imds_url=http://$giver_at$1
  if ! seconds_left 6; then answer= code= went=tool said="no time was left for it"; return 1; fi
  case "$http_by:$2" in
    curl:) answer=$(ending by_curl -H Metadata:true "$imds_url") ;;
    curl:*) answer=$(printf 'header = "Authorization: Basic %s"\n' "$2" |
      ending by_curl -H Metadata:true -K - "$imds_url") ;;
    wget:) # which keeps the headers of a challenge to itself unless it is asked for them (-S)
      answer=$(ending by_wget -S --no-config --header=Metadata:true "$imds_url" | sed 's/^  //') ;;
    nc:*) answer=$(metadata_request "$1" "$2" | ending by_nc "$giver_host" "$giver_port") ;;
    bash:*) answer=$(metadata_request "$1" "$2" | ending by_bash "$giver_host" "$giver_port") ;;
    wget:*) answer= code= went=tool said="$unshown"; return 1 ;;
    *) answer= code= went=tool said="no tool that speaks HTTP (curl, GNU wget, nc or bash)"; return 1 ;;
  esac
  taken_apart "$http_by" && came_whole "$http_by"
}

unshown="GNU wget alone is here, which takes a header from its arguments or a file, where others could read it"

challenged_call() { # PATH: himds answers whoever can read the key file that it names, and nobody else
  plain_call "$1" '' || return 1
  [ "$code" = 401 ] || return 0
  header_of '[Ww][Ww][Ww]-[Aa]uthenticate' || text=
  key_file=${text#Basic realm=}
  went=other said="himds asked for a key of another form than is documented"
  case "$key_file" in
    *..* | *[!0-9A-Za-z._/-]*) return 1 ;;
    /var/opt/azcmagent/tokens/*.key) ;;
    *) return 1 ;;
  esac
  key=$(head -c 4096 "$root$key_file" 2>/dev/null)
  case "$key" in
    '')
      went=refusal text="HTTP 401, and its key file $key_file is not there, or may not be read"
      said=$text
      return 1
      ;;
    *[!0-9A-Za-z._~+/=-]*) return 1 ;;
  esac
  kept_by=$http_by
  if [ "$http_by" = wget ]; then # it would show the key
    if has nc; then http_by=nc; elif has bash; then http_by=bash; fi
  fi
  plain_call "$1" "$key"
  called=$?
  key= http_by=$kept_by
  return "$called"
}

opens() { # HOST: whether its port 443 does; sets went where it does not, or nobody can tell
  went=tool said="no tool that verifies TLS"
  if has bash; then
    seconds_left 6 || return 1
    answer=$(ending limited "$allowed" bash -c 'exec 3<>"/dev/tcp/$1/443"' probe "$1")
  elif has nc; then opens_by_nc "$1" || return 1
  else return 1
  fi
  ended=${answer##*ended=}
  case "$ended" in 0) went= ;; *) failed nc ;; esac
  [ -z "$went" ]
}

opens_by_nc() { # HOST: sets answer
  seconds_left 6 && [ "$allowed" -gt 2 ] || return 1
  answer=$(ending limited "$allowed" nc -v -z -w "$((allowed - 2))" "$1" 443)
  case "$answer" in *sage:* | *' option'*) ;; *) return 0 ;; esac
  # busybox's can only connect and then wait: who was not let in has said so before it is ended
  seconds_left 6 && [ "$allowed" -gt 2 ] || return 1
  answer=$(ending limited "$allowed" nc -w "$((allowed - 2))" "$1" 443)
  case "$answer" in *ended=124) answer=ended=0 ;; esac
}

bare_call() { # HOST PATH: without a token
  if ! seconds_left 12; then answer= code= went=tool said="no time was left for it"; return 1; fi
  case "$https_by" in
    curl) answer=$(ending by_curl_in_words "https://$1$2" | sed 's/^< //') ;;
    openssl) answer=$(printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$2" "$1" | ending by_openssl "$1") ;;
    wget) answer=$(ending by_wget -S --no-config "https://$1$2" | sed 's/^  //') ;;
    *) answer= code= went=tool said="no tool that verifies TLS"; return 1 ;;
  esac
  taken_apart "$https_by"
}

signed_call() { # HOST PATH: with the token, of which the caller made sure that it may go there
  if ! seconds_left 12; then answer= code= went=tool said="no time was left for it"; return 1; fi
  case "$https_by" in
    curl) answer=$(printf 'header = "Authorization: Bearer %s"\n' "$token" |
      ending by_curl --proto =https -K - "https://$1$2") ;;
    openssl) answer=$(printf 'GET %s HTTP/1.0\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n' "$2" "$1" "$token" |
      ending by_openssl "$1") ;;
    wget) answer= code= went=tool said="$unshown"; return 1 ;;
    *) answer= code= went=tool said="no tool that verifies TLS"; return 1 ;;
  esac
  taken_apart "$https_by" && came_whole "$https_by"
}

came_whole() { # TOOL: half a token is refused as none, and half a secret has no key: neither is an answer
  went=other said="the answer broke off"
  case "$1:$ended:$body" in
    curl:28:*) went=silent said="the answer did not end within $allowed seconds" ;;
    curl:[1-9]*) ;;
    *:*:\{*) # a text that has no end; wget says more after it
      if [ $(($(printf '%s' "$body" | sed 's/\\.//g' | tr -cd '"' | wc -c) % 2)) -eq 0 ]; then went= said=; fi
      ;;
    *) went= said= ;;
  esac
  [ -n "$went" ] || return 0
  code= head= body= response= answer=
  return 1
}

taken_apart() { # TOOL
  code= head= body= went= said=
  if [ "${#answer}" -ge "$most" ]; then went=other said="the answer was too long"; return 1; fi
  ended=${answer##*"${newline}ended="}
  case "$ended" in '' | *[!0-9]*) went=other said="the answer broke off"; return 1 ;; esac
  answer=${answer%"${newline}ended="*}
  case "$answer" in
    HTTP/*) response=$answer ;;
    *"${newline}HTTP/"*) response=HTTP/${answer#*"${newline}HTTP/"} ;;
    *) failed "$1"; return 1 ;;
  esac
  head=${response%%"$return$newline$return$newline"*}
  body=${response#*"$return$newline$return$newline"}
  code=${head#* }
  code=${code%%[!0-9]*}
}

failed() { # TOOL: no answer of HTTP came
  said=$(printf '%s' "$answer" | grep -i -e '^curl: (' -e 'verify error' -e '^wget: ' -e 'failed' -e 'error' -e 'unable' |
    head -n 1)
  went=other
  case "$1:$ended" in
    *:124 | curl:28) went=silent ;;
    curl:6) went=dns ;;
    curl:7) went=refused ;;
    curl:35 | curl:5[1389] | curl:60 | curl:77 | curl:83 | wget:5) went=tls ;;
  esac
  case "$went:$answer" in
    silent:*) ;;
    *[Tt]'imed out'* | *': TIMEOUT.'*) went=silent ;;
    *'onnection refused'* | *errno=111*) went=refused ;;
    *'ould not resolve'* | *'unable to resolve'* | *'Name or service not known'* | *'name resolution'* | *'bad address'*)
      went=dns ;;
    *'o route to host'* | *nreachable* | *errno=11[30]* | *errno=101*) went=refused ;;
    *'verify error'* | *'certificate verify failed'* | *'ertificate is not trusted'* | *'SSL routines'*) went=tls ;;
  esac
  if [ "$went:$said" = silent: ]; then said="nothing whole came within $allowed seconds"; fi
}

header_of() { # NAME: sets text to that header's value; the name is a pattern, as servers spell them in two ways
  text=
  case "$head" in
    *"$newline"$1": "*) text=${head#*"$newline"$1": "} ;;
    *) return 1 ;;
  esac
  text=${text%%"$return"*}
  text=${text%%"$newline"*}
}

text_of() { # NAME: sets text to the string of that name in the JSON of $body; escapes stay as they are
  text=
  case "$body" in *"\"$1\""*) ;; *) return 1 ;; esac
  text=${body#*"\"$1\""}
  while :; do case "$text" in [:\ ]*) text=${text#?} ;; *) break ;; esac; done
  case "$text" in \"*) text=${text#?} ;; *) text=${text%%[,\}]*}; return 0 ;; esac
  rest=$text text=
  while :; do
    part=${rest%%\"*}
    text=$text$part
    case "$part" in *\\) ;; *) break ;; esac
    [ "$part" != "$rest" ] || break
    text="$text\"" rest=${rest#*\"}
  done
}
