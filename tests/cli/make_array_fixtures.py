"""Writes arrays of small numbers in fixtures: in pooled_1d the weights of a Conv1d and of a Linear layer, and the input
of rolling.yaml. Needs Python only."""
import pathlib
import struct

folder = pathlib.Path(__file__).parent / "fixtures" / "pooled_1d"
folder.mkdir(exist_ok=True)


def save(name, shape):
    count = 1
    for size in shape:
        count *= size
    header = "{'descr': '|i1', 'fortran_order': False, 'shape': %s, }" % (shape,)
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    values = struct.pack(f"<{count}b", *((7 * i) % 23 - 11 for i in range(count)))
    (folder / name).write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + values)


save("conv.npy", (4, 1, 3))
save("fc.npy", (10, 32))
save("../rolling_input.npy", (4, 2, 2))
