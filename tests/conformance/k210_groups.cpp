#include "k210_groups.hpp"

namespace conformance::k210 {

const std::vector<Group> groups = {
    {"units", "units", run_units},
    {"units16", "units16", run_units},
    {"quantiser", "quantiser/quantiser.txt", run_quantiser},
    {"layout", "layout.csv", run_layout},
    {"layer_words", "layer_words/layers.csv", run_layer_words},
    {"software_layers", "software_layers", run_software_layers},
    {"models", "models", run_models},
};

}  // namespace conformance::k210
