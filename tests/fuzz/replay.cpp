// Replays inputs, and a fixed number of mutations of each, through the fuzz targets, under any compiler:
//   fuzz_replay test                   the corpus of corpus.hpp, as ctest does it
//   fuzz_replay make FOLDER            writes that corpus, for tests/fuzz/run
//   fuzz_replay mutate TARGET FILE OTHER NUMBER OUT   the mutation that a failed test names; OTHER is the next file
//   fuzz_replay run TARGET FILE...     these files through one target, as after a find
// Each target runs in a process of its own, so that a crash or a hang is a line that names its input.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <string_view>
#include <vector>

#include "corpus.hpp"
#include "input.hpp"
#include "mutator.hpp"

using Target = int (*)(const uint8_t*, size_t);
#define UNETSR_TARGET(name) extern "C" int name##_target(const uint8_t*, size_t);
UNETSR_FUZZ_TARGETS
#undef UNETSR_TARGET

namespace {

namespace fs = std::filesystem;
using namespace unetsr;

#define UNETSR_TARGET(name) {#name, name##_target},
const std::map<std::string, Target> targets = {UNETSR_FUZZ_TARGETS};
#undef UNETSR_TARGET

constexpr unsigned most_seconds = 120;  // of one target, with sanitizers on a busy machine

// How a target's inputs are mutated, and how often: files of other libraries only through those, since raw bytes may
// crash them.
enum class Kind { text, hdf5, none };
struct Plan {
  Kind kind = Kind::text;
  int mutations = 300;
};
Plan plan_of(const std::string& target) {
  if (target == "mod13a2") return {Kind::none, 0};
  if (target == "dataset" || target == "checkpoint" || target == "vnp13a2" || target == "soundings" ||
      target == "raster" || target == "oco_lite" || target == "flex_l2")
    return {Kind::hdf5, 40};
  if (target == "region") return {Kind::text, 60};
  return {};
}

// What a target's process is at, where the parent can read it.
char* state() {
  static char* const shared =
      static_cast<char*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  return shared;
}

void run(Target target, const std::string& input, const std::string& name) {
  std::snprintf(state(), 4096, "%s", name.c_str());
  target(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

std::string mutation(const Plan& plan, const std::string& input, const std::string& other, int k) {
  return plan.kind == Kind::hdf5 ? fuzz::mutated_hdf5(input, uint64_t(k)) : fuzz::mutated(input, other, uint64_t(k));
}

// Returns the number of inputs.
int replay(const std::string& name, const std::vector<fs::path>& files) {
  const Plan plan = plan_of(name);
  const Target target = targets.at(name);
  int inputs = 0;
  for (size_t i = 0; i < files.size(); ++i) {
    const std::string input = fuzz::contents_of(files[i]), other = fuzz::contents_of(files[(i + 1) % files.size()]);
    run(target, input, files[i].filename().string());
    for (int k = 0; k < plan.mutations; ++k)
      run(target, mutation(plan, input, other, k), files[i].filename().string() + ", mutation " + std::to_string(k));
    inputs += 1 + plan.mutations;
  }
  return inputs;
}

// Whether the target came to its end.
bool replay_in_child(const std::string& name, const std::vector<fs::path>& files) {
  std::snprintf(state(), 4096, "its start");
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    alarm(most_seconds);
    const int inputs = replay(name, files);
    std::printf("%-12s %6d inputs\n", name.c_str(), inputs);
    std::fflush(stdout);
    _exit(0);  // the folder is the parent's
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  std::printf("%-12s ended at %s: %s\n", name.c_str(), state(),
              WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "error");
  return false;
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

int test() {
  const fs::path corpus = fuzz::folder() / "corpus";
  fuzz::make_corpus(corpus);
  int failed = 0;
  for (const auto& [name, target] : targets) failed += !replay_in_child(name, files_in(corpus / name));
  return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 1 && arguments[0] == "test") return test();
  if (arguments.size() == 2 && arguments[0] == "make") {
    fuzz::make_corpus(arguments[1]);
    return 0;
  }
  if (arguments.size() > 2 && arguments[0] == "run" && targets.contains(arguments[1])) {
    for (size_t i = 2; i < arguments.size(); ++i)
      run(targets.at(arguments[1]), fuzz::contents_of(arguments[i]), arguments[i]);
    return 0;
  }
  if (arguments.size() == 6 && arguments[0] == "mutate" && targets.contains(arguments[1])) {
    std::ofstream(arguments[5], std::ios::binary) << mutation(plan_of(arguments[1]), fuzz::contents_of(arguments[2]),
                                                              fuzz::contents_of(arguments[3]), std::stoi(arguments[4]));
    return 0;
  }
  std::fprintf(stderr,
               "usage: fuzz_replay test | make FOLDER | run TARGET FILE... | mutate TARGET FILE OTHER NUMBER OUT\n");
  return 2;
}
