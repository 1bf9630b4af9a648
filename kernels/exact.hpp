#pragma once

namespace unetsr {

// Whether convolutions keep to direct sums, which are exact wherever float is: small integers give the bits of the
// specification. Off at first: 3x3 convolutions may then use Winograd's algorithm, which is faster and whose error is
// ten times as large. For the whole process; a training is repeated bit for bit with the setting that it ran with.
void set_exact(bool);
bool exact();

}  // namespace unetsr
