#!/bin/sh
# Writes models/<name>.txt, the inputs and outputs that the tests compare with, computed by Arm NN; and before that the
# models themselves. Needs Debian's flatbuffers-compiler, libarmnn-dev, libarmnntfliteparser-dev,
# libarmnn-cpuref-backend22. Not a part of the tests: models and numbers are committed.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 make_models.py models
flatc -b -o "$work" ../../include/incuse/import/tflite/tflite.fbs models/*.json
g++ -std=c++17 judge.cpp -o "$work/judge" -larmnn -larmnnTfLiteParser
for model in models/*.json; do
  name=$(basename "$model" .json)
  [ "$name" = refused ] || [ "$name" = computed_shape ] || "$work/judge" "$work/$name.tflite" >"models/$name.txt"
done
