#include SNIPPET

int main() {
  host::Evaluation evaluation;
  host::RangeObserver ranges;
  use(evaluation, ranges);
  return evaluation.total() == 200 && ranges.range(0).values == 16 * 16 * 16 ? 0 : 1;
}
