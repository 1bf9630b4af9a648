#include "pipeline/console/array_memory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/error.hpp"
#include "pipeline/console/memory_size.hpp"
#include "pipeline/console/size_text.hpp"

namespace unetsr::pipeline {

ArrayMemory larger(const ArrayMemory& a, const ArrayMemory& b) {
  return {std::max(a.held, b.held), std::max(a.stored, b.stored)};
}

data::ArrayStore place_arrays(const ArrayMemory& memory, const std::optional<std::string>& asked,
                              const std::string& what, const std::string& scratch_files,
                              const std::filesystem::path& beside, const Output& output, uint64_t available) {
  const double bound = asked ? memory_size("memory", *asked) : double(available) / 2;
  const bool in_files = memory.stored > 0 && memory.held + memory.stored > bound;
  const double needed = memory.held + (in_files ? 0 : memory.stored);
  if (asked && needed > bound)
    throw UsageError(fmt::format("--memory {}: {} takes about {}; take more, or prepare a smaller --bbox", *asked, what,
                                 size_text(needed)));
  data::refuse_beyond_memory(needed, what, "prepare a smaller --bbox, or fewer windows", available);
  output.line(fmt::format("memory: about {} of {}; {}: {}", size_text(needed), size_text(bound), scratch_files,
                          in_files ? size_text(memory.stored) : "none"));
  return in_files ? data::ArrayStore{beside} : data::ArrayStore{};
}

}  // namespace unetsr::pipeline
