# IMDS, the vault's name, the way to it, its certificate, its answer, and the secret.

who_gives_tokens() { # IMDS to a machine of Azure's; its own agent, himds, to one that Azure Arc connected
  giver=IMDS giver_host=169.254.169.254 giver_port=80 giver_at=169.254.169.254 instance=2021-02-01
  case "$endpoint" in
    http://localhost:40342 | http://localhost:40342/* | http://127.0.0.1:40342 | http://127.0.0.1:40342/*) ;;
    '') [ -d "$root/var/opt/azcmagent" ] || return 0 ;;
    *) return 0 ;;
  esac
  giver=himds giver_host=localhost giver_port=40342 giver_at=localhost:40342 instance=2020-06-01
}

ask_imds() {
  begin
  who_gives_tokens
  imds=no
  if ! plain_call "/metadata/instance?api-version=$instance" ''; then
    case "$went" in
      refused) tell imds fail "$giver_at" "http://$giver_at: connection refused: ${said:-no words}" ;;
      silent) tell imds fail "$giver_at" "http://$giver_at: timed out: no answer within $allowed seconds" ;;
      tool) tell imds unknown "$giver_at" "$said" ;;
      *) tell imds fail "$giver_at" "http://$giver_at: no answer of HTTP: ${said:-no words}" ;;
    esac
    return
  fi
  header_of '[Ss]erver' || text="nothing"
  server=$text
  if stands_between; then
    tell imds fail "$giver_at" "http://$giver_at: a proxy answered in place of $giver: HTTP $code, Server: $server$by"
    return
  fi
  case "$giver:$server" in IMDS:IMDS*) if header_of '[Dd]ate'; then moment imds; fi ;; esac
  case "$giver:$code:$server" in
    himds:[24]*) imds=yes; tell imds pass "$giver_at" "Azure Arc's agent answered $code, Server: $server" ;;
    *:40[03]:IMDS* | *:200:IMDS*) imds=yes; tell imds pass "$giver_at" "it answered $code, Server: $server" ;;
    himds:* | *:IMDS*) # it is there; what its answer comes to is seen where it is asked for a token
      imds=busy
      tell imds note "$giver_at" "http://$giver_at: $giver answered $code $(short "$body" 200)"
      ;;
    *:200:*)
      case "$body" in
        \{*) imds=yes; tell imds pass "$giver_at" "it answered 200, Server: $server" ;;
        *) another_answers ;; # a page of a portal or proxy
      esac
      ;;
    *) another_answers ;;
  esac
}

another_answers() {
  tell imds fail "$giver_at" "http://$giver_at: something else answered in place of IMDS: HTTP $code, Server: $server"
}

stands_between() { # a proxy says so in its headers; sets by
  by=
  if header_of '[Vv]ia'; then by=", Via: $text"; fi
  if header_of '[Xx]-[Ss]quid-[Ee]rror'; then by="$by, X-Squid-Error: $text"; fi
  case "$server:$by" in [Ss]quid* | :?* | *:?*) return 0 ;; esac
  return 1
}

short() { # TEXT MOST: the beginning of an answer, on one line
  printf "%.$2s" "$1" | tr '\000-\037' ' '
}

identities() { # what IMDS says when nobody is named
  begin
  ask_token '' https://vault.azure.net
  case "$went" in
    '') tell identities pass "$asked_for" "one identity answers where none is named${text:+: client id $text}" ;;
    refusal)
      case "$text" in
        *'ultiple user assigned'*) tell identities pass "$asked_for" "several: $text" ;;
        *) tell identities pass "$asked_for" "none answers where none is named: $text" ;;
      esac
      ;;
    *) tell identities unknown "$asked_for" "$said" ;;
  esac
  token=
}

ask_token() { # CLIENT AUDIENCE: sets token, or leaves it empty and says why
  token= asked_for=${1:-no client id}
  case "$imds" in
    no) went=tool said="$giver did not answer"; return 1 ;;
  esac
  case "$1" in *[!0-9A-Za-z-]*) went=tool said="msiClientId is not of the form of a client id"; return 1 ;; esac
  token_path=/metadata/identity/oauth2/token
  case "$giver" in
    IMDS) plain_call "$token_path?api-version=2018-02-01&resource=https%3A%2F%2F${2#https://}${1:+&client_id=$1}" '' ;;
    *) challenged_call "$token_path?api-version=2020-06-01&resource=https%3A%2F%2F${2#https://}" ;;
  esac || { answer=; return 1; }
  answer= response=
  if [ "$code" = 200 ] && text_of access_token; then
    token=$text
    text_of client_id || text=
    body= rest= part=
    case "$token" in
      '' | *[!0-9A-Za-z._~+/=-]*) token= went=other said="$giver answered 200, and what it calls a token is none" ;;
    esac
    [ -n "$token" ]
    return
  fi
  went=refusal text="HTTP $code $(short "$body" 400)"
  if [ "$code" = 200 ]; then text="HTTP 200, and no token in it"; fi # it may have one under another name
  said=$text
  return 1
}

ask_named_token() { # CLIENT AUDIENCE, and tell of it
  begin
  if ask_token "$1" "$2"; then
    tell token pass "$asked_for" "$giver issued a token for $2${text:+ to client id $text}"
    return
  fi
  case "$went" in
    tool) tell token unknown "$asked_for" "$said" ;;
    refusal) tell token fail "$asked_for" "http://$giver_at: $giver answered $text" ;;
    refused | silent) tell token fail "$asked_for" "http://$giver_at: timed out or refused: $said" ;;
    *) tell token fail "$asked_for" "$said" ;;
  esac
  return 1
}

shut() { # ID HOST REASON: the direct way does not lead there; of a service that has a proxy it is not the way
  if [ -z "$proxied" ]; then tell "$1" fail "$2" "$3"
  else tell "$1" unknown "$2" "$3; $proxied sets a proxy, by which the service may go and this probe does not"
  fi
}

resolve() { # HOST: sets resolved (yes, no, unknown)
  begin
  resolved=unknown
  from=$(servers)
  if has getent; then
    if ! seconds_left 12; then tell dns unknown "$1" "no time was left for it"; return; fi
    found=$(limited "$allowed" getent ahosts "$1" 2>/dev/null; printf 'ended=%s' "$?")
    case "$found" in
      *ended=0) ;;
      *ended=124) resolved=no; shut dns "$1" "cannot resolve: no answer within $allowed seconds; asked: $from"; return ;;
      *) resolved=no; shut dns "$1" "cannot resolve: the name is not known; asked: $from"; return ;;
    esac
    found=${found%ended=*}
  elif has nslookup; then
    in_hosts "$1"
    if [ -z "$found" ]; then
      if ! seconds_left 12; then tell dns unknown "$1" "no time was left for it"; return; fi
      found=$(limited "$allowed" nslookup "$1" 2>&1; printf 'ended=%s' "$?")
      case "$found" in
        *ended=0) found=$(printf '%s' "$found" | sed -n '/^Name:/,$s/^Address[^:]*: *\([0-9a-f.:]*\).*/\1/p') ;;
        *ended=124) resolved=no; shut dns "$1" "cannot resolve: no answer within $allowed seconds; asked: $from"; return ;;
        *) resolved=no; shut dns "$1" "cannot resolve: $(short "$found" 200); asked: $from"; return ;;
      esac
    fi
  else
    tell dns unknown "$1" "no tool that resolves a name (getent or nslookup)"
    return
  fi
  if [ -z "$found" ]; then resolved=no; shut dns "$1" "cannot resolve: no address came; asked: $from"; return; fi
  resolved=yes
  addresses "$found"
  in_hosts "$1"
  if [ -n "$found" ]; then from="/etc/hosts"; fi
  tell dns pass "$1" "$listed ($families) by $from"
}

addresses() { # TEXT: sets listed and families
  listed= families=
  for line in $1; do
    case "$line" in
      *:*) family=IPv6 ;;
      *[!0-9.]* | '') continue ;;
      *) family=IPv4 ;;
    esac
    case " $listed " in *" $line "*) continue ;; esac
    case " $families " in *" $family "*) ;; *) families="$families${families:+ }$family" ;; esac
    listed="$listed${listed:+ }$line"
  done
}

in_hosts() { # HOST: sets found to its address in /etc/hosts, which is read as the system does: in any case, up to a #
  found=$(tr 'A-Z\t\r' 'a-z  ' 2>/dev/null <"$root/etc/hosts" | sed 's/#.*//' |
    while read -r address names || [ -n "$address" ]; do
      case " $names " in (*" $1 "*) printf '%s' "$address"; break ;; esac
    done)
}

servers() { # the DNS servers that are configured; those behind systemd's stub where it is the one
  servers_in etc/resolv.conf
  case " $list " in
    '  ' | *' 127.0.0.5'[34]' '*)
      stub=$list
      servers_in run/systemd/resolve/resolv.conf
      list=${list:-$stub}
      ;;
  esac
  printf '%s' "${list:-a server that no file names}"
}

servers_in() { # FILE: sets list
  list=
  [ -r "$root/$1" ] || return 0
  while read -r word value_of more || [ -n "$word" ]; do
    [ "$word" != nameserver ] || list="$list${list:+ }$value_of"
  done <"$root/$1"
}

reach() { # HOST PATH: route and TLS, by a call without a token; sets reached
  reached=no
  begin
  if [ -z "$https_by" ]; then unverified "$1"; return; fi
  if bare_call "$1" "$2"; then
    reached=yes
    issuer
    tell tcp pass "$1" "port 443 is open${remote:+ at $remote}, directly"
    tell tls pass "$1" "verified; issuer: ${issuer:-not shown}"
    if header_of '[Dd]ate'; then moment vault; fi
    return
  fi
  case "$went" in
    tool) tell tcp unknown "$1" "$said"; tell tls unknown "$1" "$said" ;;
    refused | silent | other) not_open "$1" ;;
    dns) tell tcp unknown "$1" "the name was not resolved" ;;
    tls)
      who_answers "$1"
      tell tcp pass "$1" "port 443 is open"
      shut tls "$1" "handshake with $1: certificate verify failed: ${said:-no words}; issuer: ${issuer:-not shown}"
      ;;
  esac
}

unverified() { # HOST: nothing here can verify TLS, so the way is all that can be known
  if opens "$1"; then tell tcp pass "$1" "port 443 is open"; else not_open "$1"; fi
  said="no tool that verifies TLS"
  tell tls unknown "$1" "$said"
}

not_open() { # HOST: after a call that went wrong
  case "$went" in
    refused) shut tcp "$1" "cannot connect to $1 port 443: connection refused: ${said:-no words}" ;;
    silent)
      waited=$allowed
      if connected || opens "$1"; then
        tell tcp pass "$1" "port 443 is open"
        [ -z "$https_by" ] || shut tls "$1" "handshake with $1: no end of it within $waited seconds"
      elif [ "$went" = tool ] && [ "$https_by" = openssl ]; then
        tell tcp unknown "$1" "no answer within $waited seconds, and no tool that tells whether the port is open"
      else
        shut tcp "$1" "cannot connect to $1 port 443: timed out: no answer within $waited seconds"
      fi
      ;;
    *) tell tcp unknown "$1" "${said:-no words}" ;;
  esac
}

connected() { # whether the silence came after the connection
  case "$answer" in *'onnected to '* | *CONNECTED*) return 0 ;; esac
  return 1
}

issuer() { # sets issuer and remote, of what the tool said of the connection
  issuer=$(printf '%s' "$answer" | sed -n -e 's/^\*  *issuer: *//p' -e 's/^issuer=//p' | head -n 1)
  [ -n "$issuer" ] || issuer=$(printf '%s' "$answer" | sed -n 's/^depth=1 //p' | head -n 1)
  remote=$(printf '%s' "$answer" | sed -n 's/^\* Connected to [^(]*(\([^)]*\)).*/\1/p' | head -n 1)
}

who_answers() { # HOST: sets issuer, of a connection that nobody verified and over which nothing is sent
  issuer
  [ -z "$issuer" ] || return 0
  if seconds_left 6 && has openssl; then
    issuer=$(printf '' | limited "$allowed" openssl s_client -connect "$1:443" -servername "$1" 2>/dev/null |
      sed -n 's/^issuer=//p' | head -n 1)
  elif [ "$https_by" = curl ] && seconds_left 6; then
    answer=$(ending by_curl_in_words -k -I "https://$1/healthstatus")
    issuer
  fi
}

ask_secret() { # HOST PATH: with the token
  begin
  subject=https://$1$2
  if [ -z "$token" ]; then tell vault unknown "$subject" "there was no token to ask with"; return; fi
  if ! signed_call "$1" "$2?api-version=7.4"; then
    answer=
    case "$went" in
      tool) tell vault unknown "$subject" "$said" ;;
      *) tell vault fail "$subject" "no answer: ${said:-no words}" ;;
    esac
    return
  fi
  answer= response=
  seen_from
  if [ "$code" = 200 ] && ! is_secret; then
    body= text= # whatever it is, it is not shown
    tell vault fail "$subject" "it answered 200, and what came is no secret: it has no id below /secrets/$caller"
    return
  fi
  if [ "$code" = 200 ] && text_of value; then
    value=$text
    tell vault pass "$subject" "it answered 200$caller"
    secret_told
    value= body= rest= part= text=
    return
  fi
  refused_how
  case "$code:$inner$outer" in
    403:SecretDisabled*)
      tell vault pass "$subject" "it answered $code$caller"
      tell secret fail "$subject" "it answered $said"
      ;;
    404:*)
      tell vault pass "$subject" "it answered $code$caller"
      not_there "$1" "$2"
      ;;
    *) tell vault fail "$subject" "it answered $said$caller" ;;
  esac
  body=
}

is_secret() { # a page of somebody else's may have a value, too
  text_of id || return 1
  case "$text" in https://*/secrets/*) ;; *) return 1 ;; esac
  text_of value
}

seen_from() { # sets caller, the address that the vault saw
  caller=
  if header_of '[Xx]-[Mm][Ss]-[Kk]ey[Vv]ault-[Nn]etwork-[Ii]nfo'; then
    case "$text" in *addr=*) text=${text#*addr=} caller="; it saw this node as ${text%%[;,]*}" ;; esac
  fi
}

refused_how() { # sets outer, inner and said, of an error's body
  outer= inner=
  if text_of code; then outer=$text; fi
  text_of message || text=$(short "$body" 200)
  message=$text
  case "$body" in
    *'"innererror"'*)
      whole=$body body=${body#*'"innererror"'}
      if text_of code; then inner=$text; fi
      body=$whole
      ;;
  esac
  said="$code $outer${inner:+ $inner}: $message"
}

not_there() { # HOST PATH: a deleted secret is told from one that never was
  was=$said
  path=${2#/secrets/}
  if signed_call "$1" "/deletedsecrets/${path%%/*}?api-version=7.4" && [ "$code" = 200 ]; then
    text_of recoveryId || text=nothing
    tell secret fail "$subject" "it answered $was; among its deleted secrets it has it, recoveryId: $text"
  else
    tell secret fail "$subject" "it answered $was"
  fi
  answer= response=
}

secret_told() { # of what came: its content type, and whether it holds a key; the value itself is let go of
  case "$body" in *'"contentType"'*) text_of contentType ;; *) text= ;; esac
  content=${text:-none}
  holds_key
  said="enabled, content type $content, holds a key: $holds"
  begin
  case "$content:$form:$holds" in
    application/x-pem-file:pem:yes | application/x-pkcs12:pkcs12:yes) tell secret pass "$subject" "$said" ;;
    application/x-pem-file:pem:no | application/x-pkcs12:pkcs12:no)
      tell secret fail "$subject" "no private key in it: $said" ;;
    application/x-pem-file:pem:* | application/x-pkcs12:pkcs12:*) tell secret unknown "$subject" "$said" ;;
    application/x-pem-file:* | application/x-pkcs12:*)
      tell secret fail "$subject" "not in the form of its content type: $said" ;;
    *) tell secret fail "$subject" "no certificate: $said" ;;
  esac
}

holds_key() { # sets form and holds
  form=other holds=no
  case "$value" in
    *-----BEGIN*) form=pem ;;
    MI[A-Za-z0-9+/]*) form=pkcs12 ;;
  esac
  case "$form:$value" in
    pem:*'PRIVATE KEY-----'*) holds=yes ;;
    pkcs12:*)
      if command -v base64 >/dev/null && command -v od >/dev/null; then
        # the object identifiers of a key bag and of a shrouded key bag (RFC 7292), which stand there unencrypted
        if printf '%s' "$value" | base64 -d 2>/dev/null | od -An -v -tx1 | tr -d ' \n' |
          grep -q -e 2a864886f70d010c0a0101 -e 2a864886f70d010c0a0102; then holds=yes; fi
      else
        holds="not known, for want of base64 or od"
      fi
      ;;
  esac
}
