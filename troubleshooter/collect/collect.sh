# Streams a tar of what an extension left on a Linux node: an allow-list, sizes capped, nothing written here.
# Usage: sh -s -- [ROOT [LARGEST_FILE [TOTAL [COUNT]]]] < script   (ROOT: a mounted disk; empty on a running node)
# What is read stands before this text as every_… and own_… (wanted.py): names and globs below ROOT, one a line.
# Everything is in functions and main is called in the last line: a script that arrived in part does nothing.
export LC_ALL=C COPYFILE_DISABLE=1
unset TAR_OPTIONS CDPATH GREP_OPTIONS
umask 077
newline='
'

limits() {
  root=${1:-${TROUBLESHOOTER_NODE_ROOT:-}}
  root=${root%/}
  largest=${2:-4194304} total_left=${3:-33554432} count_left=${4:-500}
  notes= size=0
  tab=$(printf '\t')
  # The PEM lines of a private key; as bytes, the object identifier of PKCS #7, of which a PKCS #12 file is made.
  pem_begin='-----BEGIN[A-Z0-9 ]* PRIVATE KEY' pem_end='-----END[A-Z0-9 ]* PRIVATE KEY'
  pkcs=$(printf '\052\206\110\206\367\015\001\007')
}

note() { # KIND PATH [WORDS]: one line for whoever reads the archive; control characters become ?
  notes="$notes$1$tab$(printf '%s' "$2" | tr '\001-\037\177' '?')$tab${3:-}$newline"
}

field() { # TEXT WIDTH: filled up with 037, which stands for NUL: no variable of a shell holds that
  printf '%s' "$1"
  left=$(($2 - ${#1}))
  [ "$left" -eq 0 ] || printf "%${left}s" '' | tr ' ' '\037'
}

bytes_added() { # TEXT: the sum of its bytes, 037 as 0
  sum=0 old=$IFS; IFS=" $newline"
  for byte in $(printf '%s' "$1" | tr '\037' '\000' | od -An -v -tu1); do sum=$((sum + byte)); done
  IFS=$old
  echo "$sum"
}

header() { # NAME SIZE: a ustar header, written without awk: not every image has one
  base=$1 prefix=
  if [ "${#1}" -gt 100 ]; then base=${1##*/} prefix=${1%/*}; fi
  front=$(field "$base" 100; field 0000644 8; field 0000000 8; field 0000000 8
    field "$(printf '%011o' "$2")" 12; field 00000000000 12)
  back=$(printf 0; field '' 100; field ustar 6; printf 00; field '' 80; field "$prefix" 167)
  sum=$(printf '%06o' "$(($(bytes_added "$front$back") + 8 * 32))")
  printf '%s%s\037 %s' "$front" "$sum" "$back" | tr '\037' '\000'
}

entry() { # NAME TEXT: an entry of our own making
  [ -n "$2" ] || return 0
  text=$2$newline
  header "$1" "${#text}"
  printf '%s' "$text"
  rest=$(((512 - ${#text} % 512) % 512))
  [ "$rest" -eq 0 ] || head -c "$rest" /dev/zero
}

newest_part() { # PATH: its last $largest bytes; the zeros stand in if it shrank meanwhile, and pad the last block
  left_out=$((size - largest))
  entry answers/note "cut$tab$left_out$tab$size"
  header "$1" "$largest"
  { tail -c "+$((left_out + 1))" "$1" | head -c "$largest"; head -c "$((largest + 512))" /dev/zero; } |
    head -c "$(((largest + 511) / 512 * 512))"
}

secret_name() {
  case "$1" in
    *.[pP][rR][vV] | *.[pP][eE][mM] | *.[kK][eE][yY] | *.[kK][eE][yY][iI][dD] | *.[pP][fF][xX] | *.[pP]12 | \
    *.[pP][rR][vV].* | *.[pP][eE][mM].* | *.[kK][eE][yY].* | *.[kK][eE][yY][iI][dD].* | *.[pP][fF][xX].* | *.[pP]12.*)
      return 0 ;;
  esac
  return 1
}

measure() { # PATH: sets size and links
  listing=$(ls -lnd "./$1" 2>/dev/null) || listing="- 1 0 0 0"
  old=$IFS; IFS=' '
  set -- $listing
  IFS=$old
  links=$2 size=$5
}

within_root() { # FOLDER: it is there, may be entered, and no link leads out of the root
  if [ ! -d "$1" ]; then note absent "$1"; return 1; fi
  if [ ! -r "$1" ] || [ ! -x "$1" ]; then note denied "$1"; return 1; fi
  place=$(cd -P "./$1" && pwd -P) || return 1
  case "$place/" in "${here%/}"/*) return 0 ;; esac
  note left-out "$1" "it leads out of the node's root"
  return 1
}

plain_file() { # PATH: a readable file with one name that is not a key's; a folder is passed over in silence
  [ -d "$1" ] && [ ! -L "$1" ] && return 1
  why=
  if [ -L "$1" ]; then why="a link"
  elif [ ! -e "$1" ]; then why="it is gone, or its name has a line break"
  elif [ ! -f "$1" ]; then why="not a regular file"
  elif secret_name "$1"; then why="its name is that of a certificate or key"
  fi
  [ -z "$why" ] || { note left-out "$1" "$why"; return 1; }
  [ -r "$1" ] || { note denied "$1"; return 1; }
  measure "$1"
  [ "$links" -eq 1 ] || { note left-out "$1" "it has more than one name (hard link)"; return 1; }
}

holds_key() { grep -q -s -e "$pem_begin" -e "$pem_end" -e "$pkcs" "$@"; }

fits() { # PATH: true if it may be taken whole; a larger file is streamed at once
  if [ "$suspicious" = yes ] && holds_key "$1"; then
    note left-out "$1" "it holds a private key or PKCS #12"
    return 1
  fi
  measure "$1"
  taken=$size base=${1##*/}
  [ "$taken" -le "$largest" ] || taken=$largest
  if [ "$count_left" -lt 1 ] || [ "$taken" -gt "$total_left" ]; then note limit "$1"; return 1; fi
  count_left=$((count_left - 1)) total_left=$((total_left - taken))
  [ "$size" -gt "$largest" ] || return 0
  if [ "${#base}" -gt 100 ] || [ "$((${#1} - ${#base}))" -gt 156 ]; then note limit "$1"; return 1; fi
  newest_part "$1"
  return 1
}

own_files() { # the globs, expanded
  [ -z "$own_files" ] || ls -1d $own_files 2>/dev/null
}

every_file() { # the first that is no link
  for file in $every_file; do
    if [ ! -L "$file" ] && [ -e "$file" ]; then echo "$file"; return; fi
  done
}

log_files() { # FOLDER: newest first, folder by folder; a certificate store among them is not looked into
  find "$1" -maxdepth 3 -type d 2>/dev/null | while IFS= read -r folder; do
    for store in $stores; do
      case "$folder/" in "$store/"*) [ "$store" = "$1" ] || continue 2 ;; esac
    done
    ls -1tA "$folder" 2>/dev/null | head -n 600 | while IFS= read -r name; do printf '%s/%s\n' "$folder" "$name"; done
  done
}

store_folders() { # those that are known, and those that the settings name
  if [ -n "$own_stores" ]; then printf '%s\n' "$own_stores"; fi
  [ -n "$own_store_setting" ] || return 0
  for file in $(own_files); do
    case "$file" in *.settings) ;; *) continue ;; esac
    sed -n "s|.*\"$own_store_setting\"[[:space:]]*:[[:space:]]*\"/\([^\"]*\)\".*|\1|p" "$file" 2>/dev/null
  done | sed 's|/*$||' | grep -v -e '^$' -e '^\.\./' -e '/\.\./' -e '/\.\.$' | sort -u
}

store_listing() {
  for store in $stores; do
    [ -d "$store" ] || continue
    place=$(cd -P "./$store" 2>/dev/null && pwd -P) || place=
    case "$place/" in "${here%/}"/*) ;; *) continue ;; esac
    echo "/$store:"
    ls -lanq "./$store" 2>&1 | head -n 500
  done
}

unit_state() { # VERB: what is said of the unit; where no systemd runs its complaint is no error of anybody's
  limit=
  if command -v timeout >/dev/null; then limit="timeout 10"; fi
  if [ -n "$own_units" ] && command -v systemctl >/dev/null; then
    old=$IFS; IFS=" $newline"
    said=$($limit systemctl "$1" $own_units --no-pager 2>&1 </dev/null | head -c 65536)
    IFS=$old
    case "$said" in
      *'connect to bus: '*) printf 'systemctl reaches no systemd here: %s\n' "${said##*connect to bus: }" ;;
      *) printf '%s\n' "$said" ;;
    esac
  fi
}

main() {
  limits "$@"
  cd "${root:-/}" || return 3
  here=$(pwd -P)
  IFS=$newline
  stores=$(store_folders)
  set -- $(own_files)
  if [ -n "$own_folder" ] && within_root "${own_folder%/*}" && [ "$#" -eq 0 ]; then note absent "$own_folder"; fi
  set -- "$@" $(every_file)
  folders=
  if [ -n "$own_logs" ]; then folders=$(ls -1d $own_logs 2>/dev/null); fi
  within_root var/log && for folder in ${folders:-$own_log_folder}; do
    if within_root "$folder"; then set -f; set -- "$@" $(log_files "$folder"); set +f; fi
  done
  for file in $every_log; do
    if [ -e "$file" ]; then set -- "$@" "$file"; else note absent "$file"; fi
  done
  set -f
  entry answers/store-listing.txt "$(store_listing)"
  entry answers/systemctl-show.txt "$(unit_state show)"
  entry answers/systemctl-cat.txt "$(unit_state cat)"
  for path in "$@"; do
    shift
    if plain_file "$path"; then set -- "$@" "$path"; fi
  done
  suspicious=no
  if [ "$#" -gt 0 ] && holds_key "$@"; then suspicious=yes; fi
  for path in "$@"; do
    shift
    if fits "$path"; then set -- "$@" "$path"; fi
  done
  entry answers/note "${notes%"$newline"}"
  if [ "$#" -gt 0 ]; then tar -cf - "$@"; else head -c 1024 /dev/zero; fi
}

main "$@" </dev/null
