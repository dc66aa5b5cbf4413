// A network as a project in C for the vendor's SDK: the files and functions that users of the vendor's generator know.
//
//     cnn.h, cnn.c      power, registers, weights, biases, start, unloading
//     weights.h         contents of the weight and bias memories
//     main.c            a program that runs one sample and checks the answer
//     sampledata.h      its input
//     sampleoutput.h    what the data memories have to hold then
//     softmax.c         for networks that classify
//
// C99 and C++ compile them. With a prefix two networks fit into one program: all names but those of softmax.c get it.
// Each file has its writer in max7800x_c/.
#pragma once

#include <vector>

#include <incuse/export/max7800x_c/accelerator.hpp>
#include <incuse/export/max7800x_c/interface.hpp>
#include <incuse/export/max7800x_c/program.hpp>
#include <incuse/export/max7800x_c/project.hpp>
#include <incuse/export/max7800x_c/softmax.hpp>
#include <incuse/export/max7800x_c/tables.hpp>

namespace incuse::c_source {

/// The files of a project. The graph is bound to its parameters and fits the device; the sample has an input of the
/// network's size and the outputs of all layers.
template <int N>
std::vector<File> project(const Graph<N>& graph, const max7800x::Plan<N>& plan, const max7800x::Device& device,
                          const max7800x::Options& options, Parameters parameters, const Sample& sample,
                          const Naming& naming) {
  const detail::Project<N> project(graph, plan, device, options, parameters, sample, naming);
  std::vector<File> files{{project.prefix + "cnn.h", detail::interface_file(project)},
                          {project.prefix + "cnn.c", detail::AcceleratorWriter<N>(project).write()},
                          {project.prefix + "weights.h", detail::weights_file(project)},
                          {project.prefix + "sampledata.h", detail::sample_data_file(project)},
                          {project.prefix + "sampleoutput.h", detail::sample_output_file(project)},
                          {project.prefix + "main.c", detail::ProgramWriter<N>(project).write()}};
  if (project.classifies()) files.push_back({"softmax.c", filled(detail::softmax_text, {})});
  return files;
}

}  // namespace incuse::c_source
