#pragma once

namespace unetsr::test {

// Under the address sanitizer, which is slow, tests leave out what takes the same paths once more.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool address_sanitizer = true;
#else
inline constexpr bool address_sanitizer = false;
#endif

// Sanitizers map more memory than any limit leaves.
#ifdef __SANITIZE_THREAD__
inline constexpr bool any_sanitizer = true;
#else
inline constexpr bool any_sanitizer = address_sanitizer;
#endif

}  // namespace unetsr::test
