#pragma once

namespace unetsr::test {

// Under the address sanitizer, which is slow, tests leave out what takes the same paths once more.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool address_sanitizer = true;
#else
inline constexpr bool address_sanitizer = false;
#endif

}  // namespace unetsr::test
