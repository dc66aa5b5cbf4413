#!/usr/bin/python3
"""Makes the files in fixtures/float: a network of real numbers, trained by nobody, with batch norm and a transposed
convolution, as PyTorch saves it and as .npz, with inputs and what PyTorch computes for them.

Run by hand where it is to be changed; needs Debian's python3-torch and python3-numpy.
"""
import collections
import os

import numpy as np
import torch

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", "float")
os.makedirs(folder, exist_ok=True)
torch.manual_seed(11)

net = torch.nn.Sequential(
    collections.OrderedDict(
        conv1=torch.nn.Conv2d(2, 4, 3, padding=1),
        bn1=torch.nn.BatchNorm2d(4),
        relu1=torch.nn.ReLU(),
        pool=torch.nn.MaxPool2d(2),
        up=torch.nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1, output_padding=1),
        relu2=torch.nn.ReLU(),
        flatten=torch.nn.Flatten(),
        fc=torch.nn.Linear(3 * 8 * 8, 5),
    )
)
with torch.no_grad():
    net.bn1.weight.uniform_(0.5, 3)
    net.bn1.bias.uniform_(-0.5, 0.5)
    net.bn1.running_mean.uniform_(-0.2, 0.2)
    net.bn1.running_var.uniform_(0.1, 0.5)
    net.up.weight.mul_(2)
net.eval()

inputs = torch.randint(-128, 128, (6, 2, 8, 8))
with torch.no_grad():
    outputs = net(inputs / 128)
np.save(os.path.join(folder, "inputs.npy"), inputs.numpy().astype(np.int8))
np.save(os.path.join(folder, "real_inputs.npy"), (inputs / 128).numpy())
np.save(os.path.join(folder, "outputs.npy"), outputs.numpy())

state = net.state_dict()
torch.save(state, os.path.join(folder, "state.pt"))
torch.save(state, os.path.join(folder, "state-legacy.pt"), _use_new_zipfile_serialization=False)
arrays = {name: tensor.numpy() for name, tensor in state.items()}
np.savez(os.path.join(folder, "stored.npz"), **arrays)
np.savez_compressed(os.path.join(folder, "deflated.npz"), **arrays)
np.savez(os.path.join(folder, "arguments.npz"), **{name.replace(".", "_"): array for name, array in arrays.items()})
# A zip file of zeros, which grow a thousandfold.
np.savez_compressed(os.path.join(folder, "zeros.npz"), **{"conv1.weight": np.zeros(1 << 20, dtype=np.int8)})
