# The node itself: its clock, the disk and the mounts of the store, who may read there, the service, what stands around.

moment() { # imds|vault: how far the Date in $text is from this clock, as skew_imds or skew_vault in seconds
  here=$(date +%s 2>/dev/null)
  case "$here" in '' | *[!0-9]*) return 0 ;; esac
  old=$IFS
  IFS=' :'
  set -- "$1" $text # Fri, 27 Nov 2026 14:05:14 GMT
  IFS=$old
  [ "$#" -ge 8 ] || return 0
  case "$5:$3:$6:$7:$8" in [12][0-9][0-9][0-9]:[0-9][0-9]:[0-9][0-9]:[0-9][0-9]:[0-9][0-9]) ;; *) return 0 ;; esac
  case "$4" in
    Jan) month=1 ;; Feb) month=2 ;; Mar) month=3 ;; Apr) month=4 ;; May) month=5 ;; Jun) month=6 ;;
    Jul) month=7 ;; Aug) month=8 ;; Sep) month=9 ;; Oct) month=10 ;; Nov) month=11 ;; Dec) month=12 ;;
    *) return 0 ;;
  esac
  year=$5
  # days since 1970, counted from March: leap days come last
  if [ "$month" -le 2 ]; then year=$((year - 1)) month=$((month + 9)); else month=$((month - 3)); fi
  days=$((365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + ${3#0} - 1 - 719468))
  there=$((days * 86400 + ${6#0} * 3600 + ${7#0} * 60 + ${8#0}))
  case "$1" in imds) skew_imds=$((there - here)) ;; *) skew_vault=$((there - here)) ;; esac
}

is_off() { # SECONDS: more than five minutes, which no token or certificate forgives
  [ "$1" -gt 300 ] || [ "$1" -lt -300 ]
}

behind() { # SECONDS: in words
  if [ "$1" -ge 0 ]; then printf '%s seconds behind' "$1"; else printf '%s seconds ahead of' "$((-$1))"; fi
}

clock_told() {
  begin
  case "$skew_imds:$skew_vault" in
    :) tell clock unknown "" "no Date of IMDS or a vault was seen" ;;
    :*) one_date "the vault" "$skew_vault" IMDS ;;
    *:) one_date IMDS "$skew_imds" "a vault" ;;
    *)
      apart=$((skew_imds - skew_vault))
      if is_off "$apart"; then
        tell clock unknown "" \
          "IMDS and the vault differ: this clock is $(behind "$skew_imds") IMDS and $(behind "$skew_vault") the vault"
      elif is_off "$skew_imds" && is_off "$skew_vault"; then
        tell clock fail "" "the clock is wrong: $(behind "$skew_imds") IMDS and $(behind "$skew_vault") the vault"
      else
        tell clock pass "" "$(behind "$skew_imds") IMDS and $(behind "$skew_vault") the vault"
      fi
      ;;
  esac
}

one_date() { # WHOSE SECONDS OTHER
  if is_off "$2"; then
    tell clock unknown "" "$(behind "$2") $1; no Date of $3 was seen, so which of the two is wrong is not known"
  else
    tell clock pass "" "$(behind "$2") $1, the only one whose Date was seen"
  fi
}

places() { # what the extension writes to, one a line: the stores, its folder, its log's; those that are there
  IFS=$newline # a store's name may have a blank
  for place in $stores $own_stores var/lib/waagent; do
    for one in "$root"/$place; do
      [ ! -d "$one" ] || printf '%s\n' "$one"
    done
  done | sort -u
}

disks_told() {
  begin
  if ! has df; then tell disk unknown "" "no df"; return; fi
  inherited=$IFS IFS=$newline
  for place in $(places); do
    IFS=$inherited
    shown=${place#"$root"}
    line=$(limited 5 df -P -k "$place" 2>/dev/null | tail -n 1)
    room disk "$line" KiB 64
    line=$(limited 5 df -P -i "$place" 2>/dev/null | tail -n 1)
    room inodes "$line" inodes 4
  done
  IFS=$inherited # where there was none to go through, too
}

room() { # ID LINE-OF-DF UNIT LEAST
  id=$1 unit=$3 least=$4
  old=$IFS IFS=' '
  set -f
  set -- $2
  set +f
  IFS=$old
  case "${2:-x}${3:-x}${4:-x}" in
    *[!0-9]*) tell "$id" unknown "$shown" "df does not tell"; return ;;
  esac
  if [ "$2" -gt 0 ] && [ "$4" -lt "$least" ] && [ "$(($2 - $3))" -ge "$least" ]; then # by it root still writes
    tell "$id" unknown "$shown" "$4 of $2 $unit are free, and $(($2 - $3 - $4)) more are kept back, as a rule for root"
  elif [ "$2" -gt 0 ] && [ "$4" -lt "$least" ]; then
    tell "$id" fail "$shown" "full: $4 of $2 $unit are free"
  elif [ "$2" -gt 0 ]; then
    tell "$id" pass "$shown" "$4 of $2 $unit are free"
  fi
}

mounts_told() {
  if ! [ -r "$root/proc/mounts" ]; then begin; tell writable unknown "" "no /proc/mounts"; return; fi
  inherited=$IFS IFS=$newline
  for place in $(places); do
    IFS=$inherited
    begin
    mount_of "$place"
    shown=${place#"$root"}
    case ",$options," in
      *,ro,*) tell writable fail "$shown" "read-only: $mounted is mounted ro" ;;
      *) tell writable pass "$shown" "$mounted is mounted rw" ;;
    esac
    case "$shown" in
      */waagent)
        case ",$options," in
          *,noexec,*) tell exec fail "$shown" "noexec: $mounted is mounted noexec, and programs of extensions lie there" ;;
          *) tell exec pass "$shown" "programs may run from $mounted" ;;
        esac
        ;;
    esac
  done
  IFS=$inherited # where there was none to go through, too
}

mount_of() { # FOLDER: sets mounted and options of the file system that it lies on
  mounted= options=
  path=$(cd -P "$1" 2>/dev/null && pwd -P) || path=$1
  path=$(printf '%s/' "${path#"$root"}" | sed 's/ /\\040/g') # as the kernel writes it
  while read -r device point kind flags more; do
    case "$path" in
      "${point%/}"/*) if [ "${#point}" -ge "${#mounted}" ]; then mounted=$point options=$flags; fi ;;
    esac
  done <"$root/proc/mounts"
}

readers_told() { # whether those whom the settings name may read what is in the store
  for user in $(printf '%s' "$users" | sort -u); do
    begin
    case "$user" in '' | -* | *[!0-9A-Za-z._-]*) tell store unknown "$user" "no name that can be asked for"; continue ;; esac
    if [ -n "$root" ]; then tell store unknown "$user" "nobody can be asked for on a disk"; continue; fi
    if ! id -u "$user" >/dev/null 2>&1; then
      tell store fail "$user" "the settings give it access, and there is no such user on this node"
      continue
    fi
    reader "$user"
  done
}

reader() { # USER
  seen=0
  inherited=$IFS IFS=$newline
  for place in $(store_places); do
    IFS=$inherited
    for file in "$place"/*.[pP][eE][mM] "$place"/*.[pP][eE][mM].* "$place"/*.keyid*; do
      [ -f "$file" ] || continue
      seen=$((seen + 1))
      [ "$seen" -le 20 ] || return 0
      may_read "$1" "$file"
      case "$?" in
        0) ;;
        1) tell store fail "$1" "Permission denied: user $1 may not read ${file#"$root"}"; return 0 ;;
        *) tell store unknown "$1" "no tool that acts as another user (runuser, setpriv or su), or no right to"; return 0 ;;
      esac
    done
  done
  IFS=$inherited # where there was none to go through, too
  if [ "$seen" = 0 ]; then tell store note "$1" "there is no certificate in the store yet"
  else tell store pass "$1" "it may read what is in the store"
  fi
}

store_places() {
  IFS=$newline
  for place in ${stores:-$own_stores}; do
    [ ! -d "$root/$place" ] || printf '%s\n' "$root/$place"
  done
}

may_read() { # USER FILE: 0 it may, 1 it may not, 2 not known
  if has runuser; then as="runuser -u $1 --"
  elif has setpriv; then as="setpriv --reuid $1 --regid $(id -g "$1") --init-groups"
  elif has su; then
    limited 5 su -s /bin/sh "$1" -c true >/dev/null 2>&1 || return 2
    limited 5 su -s /bin/sh "$1" -c 'test -r "$0"' "$2" >/dev/null 2>&1
    return
  else return 2
  fi
  old=$IFS IFS=' '
  limited 5 $as true >/dev/null 2>&1 || { IFS=$old; return 2; }
  limited 5 $as test -r "$2" >/dev/null 2>&1
  may=$?
  IFS=$old
  return "$may"
}

unit_asked() { # sets unit_says, and proxied to where the service's own proxy for HTTPS is set
  unit_says= proxied=
  if [ -z "$own_units" ] || ! has systemctl; then return 0; fi
  unit_says=$(limited 10 systemctl show "$own_units" --no-pager 2>/dev/null | head -c "$most")
  if printf '%s\n' "$unit_says" | grep -i -q '^Environment=\(.* \)\{0,1\}"\{0,1\}\(https\|all\)_proxy=[^ ]'; then
    proxied=$own_units
    return 0
  fi
  for file in $(printf '%s\n' "$unit_says" | sed -n 's/^EnvironmentFiles=\(\/[^ ]*\).*/\1/p'); do
    if [ -r "$root$file" ] && grep -i -q '^ *\(https\|all\)_proxy=.' "$root$file"; then proxied=$file; fi
  done
  [ -z "$proxied" ] || return 0
  # what every service is given (DefaultEnvironment) stands in no unit
  if limited 10 systemctl show-environment 2>/dev/null | grep -i -q '^\(https\|all\)_proxy=.'; then
    proxied="systemd's environment"
  fi
}

unit_told() {
  [ -n "$own_units" ] || return 0
  begin
  if ! has systemctl; then tell unit unknown "$own_units" "no systemctl"; return; fi
  shown=$(printf '%s\n' "$unit_says" |
    grep -e '^LoadState=' -e '^ActiveState=' -e '^SubState=' -e '^Result=' -e '^ExecMainStatus=' -e '^NRestarts=' |
    tr '\n' ' ')
  case "$shown" in
    '') tell unit unknown "$own_units" "systemctl says nothing of it" ;;
    *LoadState=not-found*) tell unit unknown "$own_units" "there is no such unit: $shown" ;;
    *ActiveState=failed* | *SubState=auto-restart*) tell unit fail "$own_units" "$shown" ;;
    *) tell unit pass "$own_units" "$shown" ;;
  esac
}

selinux_told() {
  begin
  denials=
  set -- -e ':waagent_'
  for one in $own_units; do set -- "$@" -e "${one%.service}"; done
  inherited=$IFS IFS=$newline
  for one in $own_stores $stores; do set -- "$@" -e "$one"; done
  IFS=$inherited
  for file in "$root/var/log/audit/audit.log" "$root/var/log/messages"; do
    [ -r "$file" ] || continue
    denials=$(tail -c 4000000 "$file" 2>/dev/null | grep -e 'avc: *denied' | grep -v 'permissive=1' |
      grep -F "$@" | tail -n 1)
    [ -z "$denials" ] || break
  done
  mode=off
  if [ -r "$root/sys/fs/selinux/enforce" ]; then
    read -r mode <"$root/sys/fs/selinux/enforce" # the kernel ends it with no newline, of which read complains
    case "$mode" in 1) mode=enforcing ;; 0) mode=permissive ;; *) mode="not known" ;; esac
  fi
  if [ -n "$denials" ] && [ "$mode" = permissive ]; then
    tell selinux note "${file#"$root"}" "permissive: it denies nothing now, and did in an earlier time"
  elif [ -n "$denials" ]; then tell selinux fail "${file#"$root"}" "$denials"
  else tell selinux pass "" "$mode; no denial of the extension was seen"
  fi
}

around_told() { # for whoever reads it: no finding by itself
  begin
  latest=$(ls -1d "$root"/var/lib/waagent/WALinuxAgent-[0-9]* 2>/dev/null | sort -t. -k2,2n -k3,3n -k4,4n | tail -n 1)
  latest=${latest##*WALinuxAgent-}
  tell agent note "" "${latest:-no version of the guest agent is to be seen}"
  fips=0
  if [ -r "$root/proc/sys/crypto/fips_enabled" ]; then read -r fips <"$root/proc/sys/crypto/fips_enabled" || fips=0; fi
  tell fips note "" "$fips"
  begin
  set_for=
  for file in "$root/etc/environment" "$root/etc/waagent.conf"; do
    [ ! -r "$file" ] || if grep -i -q -e '^ *\(export \)\{0,1\}https\{0,1\}_proxy=.' -e '^ *HttpProxy\.Host *= *[^N]' "$file"; then
      set_for="$set_for ${file#"$root"}"
    fi
  done
  if printf '%s\n' "$unit_says" | grep -i -q '^Environment=.*https\{0,1\}_proxy='; then set_for="$set_for $own_units"; fi
  [ -z "$proxied" ] || case "$set_for " in *" $proxied "*) ;; *) set_for="$set_for $proxied" ;; esac
  tell proxy note "" "${set_for:+a proxy is set in:}${set_for:-none is set}"
}
