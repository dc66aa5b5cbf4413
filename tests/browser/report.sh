#!/bin/sh
# sh tests/browser/report.sh INCUSE FOLDER: writes reports with the program INCUSE, opens them in Chromium without a
# window, points at a tensor and clicks, checks what the page then shows, and leaves screenshots in the folder to look
# at. Needs Debian's chromium. Not a part of ctest: a browser is much to ask for.
set -eu
program=$1 folder=$2
fixtures=$(cd "$(dirname "$0")/../cli/fixtures" && pwd)
mkdir -p "$folder"
browser=
for name in chromium chromium-browser google-chrome; do
  if [ -z "$browser" ] && command -v $name >/dev/null; then browser=$name; fi
done
[ -n "$browser" ] || { echo "there is no chromium"; exit 1; }
# Chromium keeps its settings at home, and may not have one here.
HOME=$folder/home
export HOME
mkdir -p "$HOME"
headless() {
  timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
    --virtual-time-budget=3000 "$@" 2>/dev/null
}
failed=
complain() { echo "$*"; failed=yes; }

# A script behind the page's own acts like somebody at the mouse, and writes what it sees into the title.
cat >"$folder/probe.html" <<'END'
<script>
(function () {
  function send(kind, target) { target.dispatchEvent(new MouseEvent(kind, {bubbles: true, cancelable: true})); }
  const seen = [];
  function note(name, holds) { seen.push(name + "=" + (holds ? "yes" : "no")); }
  const lit = function () { return document.querySelectorAll("svg .on").length; };
  const sections = function () {
    return Array.from(document.querySelectorAll("section")).filter(function (s) { return s.querySelector("svg .on"); }).length;
  };
  const node = document.querySelector(".graph rect[data-tensor=\"1\"]");
  note("idle", lit() === 0);
  send("mouseover", node);
  note("pointed", lit() > 2);
  note("everywhere", sections() > 1 || document.querySelectorAll("section svg").length === 1);
  note("card", document.getElementById("inspector").querySelector("h3") !== null);
  send("mouseover", document.querySelector("h1"));
  note("left", lit() === 0);
  send("click", node);
  send("mouseover", document.querySelector("h1"));
  note("kept", lit() > 2);
  note("stays", location.hash.indexOf("#layer") < 0);
  document.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true}));
  note("released", lit() === 0);
  const links = Array.from(document.querySelectorAll("a[href^=\"#\"], svg a"));
  note("links", links.every(function (a) { return document.getElementById(a.getAttribute("href").slice(1)); }));
  if (location.hash === "#pinned") send("click", node);
  document.title = "seen " + seen.join(" ");
})();
</script>
END

try_page() {
  name=$1
  shift
  "$program" report "$@" --output "$folder/$name.html" >"$folder/$name.log" 2>&1 || [ $? -eq 1 ] ||
    { complain "$name: $(cat "$folder/$name.log")"; return; }
  sed "/<\/body>/{
r $folder/probe.html
}" "$folder/$name.html" >"$folder/$name.probed.html"
  seen=$(headless --dump-dom "file://$folder/$name.probed.html" | grep -o '<title>seen [^<]*' || true)
  case $seen in
    *=no* | '') complain "$name: $seen" ;;
    *) echo "$name: ${seen#<title>}" ;;
  esac
  headless --window-size=1440,2600 --screenshot="$folder/$name.png" "file://$folder/$name.html" || complain "$name: no picture"
  headless --window-size=1440,2600 --screenshot="$folder/$name.pinned.png" "file://$folder/$name.probed.html#pinned" ||
    complain "$name: no picture"
  rm -f "$folder/$name.probed.html"
}

cd "$fixtures"
try_page small small.yaml --weights small --input input.npy --watts 0.02 --measures measures/all.json
try_page does_not_fit small.yaml --weights small --input-shape 1x300x300
try_page kmodel small.kmodel
shift 2
for network in "$@"; do
  base=${network##*/}
  try_page "${base%.*}" "$network"
done
[ -z "$failed" ]
