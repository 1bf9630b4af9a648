#include "pipeline/console/interrupt.hpp"

#include <signal.h>

#include <atomic>

namespace unetsr::pipeline {
namespace {

std::atomic<bool> asked_to_stop = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch lock-free atomics only");

}  // namespace

void catch_interrupts() {
  asked_to_stop = false;
  struct sigaction action = {};
  action.sa_handler = [](int) { asked_to_stop = true; };
  action.sa_flags = SA_RESETHAND | SA_RESTART;  // the second Ctrl-C meets the default action
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

bool interrupted() {
  return asked_to_stop;
}

void stop_if_interrupted() {
  if (interrupted()) throw Interrupted();
}

}  // namespace unetsr::pipeline
