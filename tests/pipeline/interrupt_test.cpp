#include "pipeline/console/interrupt.hpp"

#include <doctest/doctest.h>
#include <signal.h>

using namespace unetsr::pipeline;

TEST_CASE("the first Ctrl-C asks to stop, the second one meets the default action") {
  catch_interrupts();
  CHECK_FALSE(interrupted());
  stop_if_interrupted();

  raise(SIGINT);
  CHECK(interrupted());
  CHECK_THROWS_AS(stop_if_interrupted(), Interrupted);

  struct sigaction now = {};
  sigaction(SIGINT, nullptr, &now);
  CHECK((now.sa_handler == SIG_DFL));

  catch_interrupts();
  CHECK_FALSE(interrupted());
}
