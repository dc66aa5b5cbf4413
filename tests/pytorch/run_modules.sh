# Writes modules of PyTorch, runs them and compares: sh run_modules.sh PROGRAM FOLDER
# INCUSE_PYTHON names a Python that has PyTorch; else python3 and Debian's own are asked.
set -eu
program=$1 folder=$2
python=
for candidate in ${INCUSE_PYTHON:-python3 /usr/bin/python3}; do
  [ -n "$python" ] || ! "$candidate" -c 'import numpy, torch' 2>/dev/null || python=$candidate
done
if [ -z "$python" ]; then
  echo 'PyTorch tests skipped: no Python has PyTorch (Debian: python3-torch)'
  exit 0
fi
rm -rf "$folder"
mkdir -p "$folder"
"$program" write "$folder"
"$python" "$(dirname "$0")/run_modules.py" "$folder"
"$program" compare "$folder"
