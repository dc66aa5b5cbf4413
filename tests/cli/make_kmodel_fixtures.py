"""Writes fixtures/small.kmodel, a model of one fully connected layer, with an input and its output, and torn.kmodel, whose
second node reads across the end of what the first one wrote; unwritten.kmodel puts out what nobody wrote; large.kmodel works in more memory than the chip has,
full.kmodel in all of it and overfull.kmodel in one byte more; and the first one by other names. Needs Python only."""
import pathlib
import struct
import zipfile

folder = pathlib.Path(__file__).parent / "fixtures"


def save_npy(name, values):
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d,), }" % len(values)
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    data = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack(f"<{len(values)}f", *values)
    (folder / name).write_bytes(data)


# Version, 8-bit weights, architecture, nodes, lowest line, main memory, outputs; output; kind and size of the node.
header = struct.pack("<7I2I2I", 3, 1, 0, 1, 0, 16, 1, 8, 8, 18, 48)
# Flags, in, out, 2 input channels, 2 output channels, ReLU; weights; bias.
body = struct.pack("<6I4f2f", 1, 0, 8, 2, 2, 1, 2.0, -1.0, -1.0, 0.5, 0.25, 1.0)
(folder / "small.kmodel").write_bytes(header + body)

# The second layer reads its input from byte 12 on, the first one writes its output from byte 8 on.
header = struct.pack("<7I2I4I", 3, 1, 0, 2, 0, 32, 1, 24, 8, 18, 48, 18, 48)
second = struct.pack("<6I4f2f", 1, 12, 24, 2, 2, 0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
(folder / "torn.kmodel").write_bytes(header + body + second)

# As small.kmodel, but the output is where no node writes.
header = struct.pack("<7I2I2I", 3, 1, 0, 1, 0, 24, 1, 16, 8, 18, 48)
(folder / "unwritten.kmodel").write_bytes(header + body)

# As small.kmodel, but for the memory that it works in; with the file, 6 MiB are full.
memory = 6 * 1024 * 1024 - (folder / "small.kmodel").stat().st_size
for name, main_bytes in (("large", 7500000), ("full", memory), ("overfull", memory + 1)):
    header = struct.pack("<7I2I2I", 3, 1, 0, 1, 0, main_bytes, 1, 8, 8, 18, 48)
    (folder / f"{name}.kmodel").write_bytes(header + body)

save_npy("kmodel_input.npy", [1.0, 3.0])
save_npy("kmodel_output.npy", [0.0, 1.5])

# The same model by other names.
model = (folder / "small.kmodel").read_bytes()
(folder / "model_by_another_name.yaml").write_bytes(model)
(folder / "garbage.kmodel").write_bytes(bytes(range(100, 200)))


def save_zip(name, method, entries):
    with zipfile.ZipFile(folder / name, "w", method) as archive:
        for entry, data in entries.items():
            archive.writestr(zipfile.ZipInfo(entry, (2020, 1, 1, 0, 0, 0)), data, method)


flash_list = b'{"version": "0.1.0", "files": [{"address": 3145728, "bin": "m.kmodel", "sha256Prefix": false}]}'
save_zip("stored.kfpkg", zipfile.ZIP_STORED, {"flash-list.json": flash_list, "m.kmodel": model})
save_zip("deflated.zip", zipfile.ZIP_DEFLATED, {"flash-list.json": flash_list, "firmware.bin": b"firmware", "model": model})
save_zip("no_model.kfpkg", zipfile.ZIP_STORED, {"flash-list.json": flash_list, "firmware.bin": b"firmware"})
save_zip("several.kfpkg", zipfile.ZIP_STORED, {"a.kmodel": model, "b\n.kmodel": model})
