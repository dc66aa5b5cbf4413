// A step uses its handle up, which the program has to say.
// expect-gcc: passing '.*Handle<.*State::powered.*>' .*as 'this' argument discards qualifiers
// expect-clang: 'this' argument to member function 'init' is an lvalue
// errors: 1
#include "any_accelerator.hpp"

void program(Handle<State::powered> powered) { (void)powered.init(); }
