# To be sourced: install_packages [--no-install] PACKAGE...
# Says which of the Debian packages are missing and installs them (with sudo when not root). Asks nothing, does nothing
# when all are there. With --no-install, or where that is impossible, says what is missing and exits with status 1.

install_packages() {
  refuse=
  if [ "$1" = --no-install ]; then
    refuse=yes
    shift
  fi
  if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is no Debian system. What Debian calls the following has to be here already: $*"
    return 0
  fi
  missing=
  for package in "$@"; do
    case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
      *' ok installed') ;;
      *) missing="$missing $package" ;;
    esac
  done
  [ -n "$missing" ] || return 0
  if [ -n "$refuse" ]; then
    echo "Debian packages that are missing and, as asked, not installed:$missing" >&2
    exit 1
  fi
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "Debian packages that are missing, and neither root nor sudo to install them:$missing" >&2
      exit 1
    fi
    as_root=sudo
  fi
  echo "Installing Debian packages:$missing"
  # Unquoted on purpose: a list of words.
  $as_root apt-get update -q </dev/null &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing </dev/null || {
    echo "apt-get could not install:$missing" >&2
    exit 1
  }
}
