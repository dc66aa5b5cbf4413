# Folds batch norms of PyTorch's modules and compares: sh fold_batch_norms.sh PROGRAM FOLDER
# INCUSE_PYTHON names a Python that has PyTorch; else python3 and Debian's own are asked.
set -eu
for candidate in ${INCUSE_PYTHON:-python3 /usr/bin/python3}; do
  if "$candidate" -c 'import torch' 2>/dev/null; then
    exec "$candidate" "$(dirname "$0")/fold_batch_norms.py" "$1" "$2"
  fi
done
echo 'PyTorch tests skipped: no Python has PyTorch (Debian: python3-torch)'
