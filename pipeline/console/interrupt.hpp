#pragma once

// Ctrl-C: the first one asks the running stage to stop at its next clean point, the second one ends the program.
namespace unetsr::pipeline {

void catch_interrupts();
bool interrupted();
// Throws Interrupted (exit code 130) if the user asked to stop.
void stop_if_interrupted();

struct Interrupted {};

}  // namespace unetsr::pipeline
