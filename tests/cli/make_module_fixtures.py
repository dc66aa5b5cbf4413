"""Writes checkpoints that hold more than numbers, as users save them by mistake: whole modules, pickled or compiled to
TorchScript, and a dictionary with another key. Needs Python only."""
import pathlib
import pickle
import zipfile

folder = pathlib.Path(__file__).parent / "fixtures"


class Net:
    """Its attributes are those that every torch.nn.Module has."""

    def __init__(self):
        self.training = True
        self._parameters = {}
        self._buffers = {}
        self._modules = {"conv1": {}, "fc": {}}


def save_zip(name, entries):
    with zipfile.ZipFile(folder / name, "w") as archive:
        for entry, (data, method) in entries.items():
            archive.writestr(zipfile.ZipInfo(entry, (2020, 1, 1, 0, 0, 0)), data, method)


stored, deflated = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
module = pickle.dumps(Net(), protocol=2)
save_zip("module.pt", {"module/data.pkl": (module, stored), "module/version": (b"3\n", stored)})
magic, version = pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2), pickle.dumps(1001, protocol=2)
system = pickle.dumps({"protocol_version": 1001, "little_endian": True}, protocol=2)
(folder / "module-legacy.pt").write_bytes(magic + version + system + module + pickle.dumps([], protocol=2))
save_zip("script.pt", {"script/data.pkl": (module, stored), "script/constants.pkl": (b"\x80\x02).", stored),
                       "script/code/__torch__.py": (b"class Net(Module):\n" * 20, deflated)})
save_zip("other_key.pt", {"other_key/data.pkl": (pickle.dumps({"epoch": 3, "model\n_state": {}}, protocol=2), stored)})
