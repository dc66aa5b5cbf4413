// Runs a network and a kmodel: without observers, or with OBSERVED those named here.
// traces: ObservedValues ObservedBytes TimeObserver RangeObserver steady_clock
#include <type_traits>

#include <incuse/host/fast/executor.hpp>
#include <incuse/host/fast/kmodel.hpp>

using namespace incuse;

// Without an observer, executors have nothing to pass on.
static_assert(std::is_empty_v<host::NoObserver>);
static_assert(!host::observes<host::NoObserver> && !host::observes<const host::NoObserver&>);
static_assert(host::observes<host::TimeObserver> && host::observes<host::RangeObserver&>);

#ifdef OBSERVED
using Observed = host::Observers<host::TimeObserver, host::RangeObserver>;

void run(host::fast::Executor<3>& executor, Observed& observers) { executor.run(observers); }
bool run(host::KmodelExecutor<host::fast::Kpu>& executor, Observed& observers) { return executor.run(observers); }
#else
void run(host::fast::Executor<3>& executor) { executor.run(); }
bool run(host::KmodelExecutor<host::fast::Kpu>& executor) { return executor.run(); }
#endif
