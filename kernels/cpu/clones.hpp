#pragma once

// Compiles a function once for each of these instruction sets; the processor chooses when the program starts.
// Sanitizers do not support it.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define UNETSR_CLONES [[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
#else
#define UNETSR_CLONES
#endif
