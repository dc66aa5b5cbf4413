# typical.sh FILE ARRAY [SHAPE BYTES]: makes two inputs of float_residual.tflite of the bytes of a file, or an array of
# another shape.
set -eu
printf "\\223NUMPY\\1\\0v\\0%-117s\\n" "{'descr': '|i1', 'fortran_order': False, 'shape': (${3:-2, 3, 12, 10}), }" >"$2"
head -c "${4:-720}" "$1" >>"$2"
