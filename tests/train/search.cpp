// A search from end to end.
#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/train/search_report.hpp>

#include "bars.hpp"

namespace test_training_search {

using namespace incuse;

namespace {

// clang-format off
template <int Width, int Depth, int Bits>
struct Family : Network<Input<1, 8, 8>,
    Conv2d<Width, kernel<3>, pad<1>, ReLU, bias>,
    Repeat<Depth, Conv2d<Width, kernel<3>, pad<1>, ReLU, bias, bits<Bits>>>,
    Fused<MaxPool2d<2>, Conv2d<Width, kernel<3>, pad<1>, ReLU, bias>>,
    Flatten, Linear<3, wide, bias>> {};
// clang-format on

/// 1,000 channels need more weights than the part has.
using Space =
    train::Space<Family, train::choice<"width", 2, 6, 1000>, train::choice<"depth", 0, 1>, train::choice<"bits", 2, 8>>;

train::SearchSettings settings() {
  train::SearchSettings own;
  own.training.epochs = 4;
  own.training.policy.start_epoch = 3;
  own.training.batch = 32;
  own.training.rate = 0.01;
  own.training.threads = 1;
  own.model.batch_norm = true;
  return own;
}

std::vector<std::string> lines(const train::SearchSpace& space, const std::vector<train::Candidate>& all) {
  std::vector<std::string> text;
  for (const train::Candidate& candidate : all) text.push_back(train::json_of(space.choices, candidate, 0, settings()));
  return text;
}

}  // namespace

TEST_CASE("train: a search trains what fits, and finds the same again") {
  const train::Samples samples = train::read_samples(test::Bars(240, 1)), test = train::read_samples(test::Bars(90, 2));
  const train::SearchSpace space = train::space_of<Space>("bars");
  int trained = 0, observed = 0;
  train::SearchObservers observers;
  observers.training = [&](const train::Candidate& candidate) { trained += candidate.fits() ? 1 : 0; };
  observers.candidate = [&](const train::Candidate&) { return ++observed > 0; };
  const std::vector<train::Candidate> all = train::search(space, samples, test, settings(), observers);
  REQUIRE(all.size() == 12);
  CHECK(observed == 12);
  CHECK(trained == 6);  // of depth 0 both numbers of bits are one network
  bool any_front = false;
  for (const train::Candidate& own : all) {
    INFO(train::values_text(space.choices, own.values));
    CHECK(own.fits() == (own.values[0] < 1000));
    CHECK((own.same_as >= 0) == (own.fits() && own.values[1] == 0 && own.values[2] == 8));
    if (!own.fits()) continue;
    CHECK(own.costs.cycles > 0);
    CHECK(own.costs.weight_bytes > 0);
    CHECK(own.score.accuracy >= 0.2);
    any_front = any_front || own.front;
  }
  CHECK(any_front);
  CHECK(all[0].score.accuracy == all[1].score.accuracy);
  CHECK(lines(space, train::search(space, samples, test, settings())) == lines(space, all));

  // What a candidate reaches does not depend on those that are trained beside it.
  train::SearchSettings few = settings();
  few.candidates = 2;
  for (const train::Candidate& own : train::search(space, samples, test, few)) {
    const auto same =
        std::find_if(all.begin(), all.end(), [&](const train::Candidate& other) { return other.values == own.values; });
    REQUIRE(same != all.end());
    CHECK(own.fits() == same->fits());
    CHECK(own.score.accuracy == same->score.accuracy);
    CHECK(own.score.loss == same->score.loss);
  }
}

TEST_CASE("train: what a search reports is what the network reaches when it is trained alone, in the chip's integers") {
  const train::Samples samples = train::read_samples(test::Bars(240, 1)), test = train::read_samples(test::Bars(90, 2));
  using One = train::Space<Family, train::choice<"width", 6>, train::choice<"depth", 1>, train::choice<"bits", 2>>;
  const std::vector<train::Candidate> all = train::search(train::space_of<One>(), samples, test, settings());
  REQUIRE(all.size() == 1);
  train::Model model(train::network_of<Family<6, 1, 2>>(), settings().model);
  train::Trainer trainer(model, settings().training);
  trainer.fit(samples, test);
  CHECK(model.network()[1].weight_bits == 2);
  CHECK(all[0].score.accuracy == trainer.evaluate(test).accuracy);
  CHECK(all[0].front);
}

TEST_CASE("train: a search can be ended, and is refused where it makes no sense") {
  const train::Samples samples = train::read_samples(test::Bars(60, 1));
  const train::SearchSpace space = train::space_of<Space>();
  train::SearchObservers observers;
  observers.candidate = [](const train::Candidate& candidate) { return candidate.values[2] != 8; };
  CHECK(train::search(space, samples, {}, settings(), observers).size() == 2);
  observers.candidate = nullptr;
  observers.epochs.epoch = [](const train::EpochReport& report) { return report.epoch == 0; };
  CHECK(train::search(space, samples, {}, settings(), observers).empty());
  train::SearchSettings wrong = settings();
  wrong.training.policy.enabled = false;
  CHECK_THROWS_AS(train::search(space, samples, {}, wrong), std::invalid_argument);
  wrong = settings();
  wrong.training.batch = 0;
  CHECK_THROWS_AS(train::search(space, samples, {}, wrong), std::invalid_argument);
  CHECK_THROWS_AS(train::search({}, samples, {}, settings()), std::invalid_argument);
}

TEST_CASE("train: networks that cannot be trained are refused like those that do not fit") {
  struct Bypassed : Network<Input<1, 8, 8>, Conv2d<2, kernel<1>, bypass>, Flatten, Linear<3, wide, bias>> {};
  const train::SearchSpace space{{{"n", {1}}}, [](const std::vector<int>&) {
                                   return train::Member{train::network_of<Bypassed>(), {}};
                                 }};
  const train::Samples samples = train::read_samples(test::Bars(60, 1));
  const std::vector<train::Candidate> all = train::search(space, samples, {}, settings());
  REQUIRE(all.size() == 1);
  CHECK(all[0].refusal == "layer 0 (layer0) cannot be trained: its weights are all 1");
  CHECK(!all[0].front);
}

}  // namespace test_training_search
