#include "pipeline/train/run_config.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "files.hpp"
#include "pipeline/console/toml_file.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

// What a training could have resolved its options to.
ResolvedOptions plain() {
  ResolvedOptions o;
  o.model = "unet", o.members = 1, o.supervision = Supervision::gridded;
  o.buffer = o.epochs = o.batch = 1, o.patch = 8, o.learning_rate = 1e-3;
  return o;
}

ResolvedOptions unusual() {
  ResolvedOptions o = plain();
  o.dataset = "a \"quoted\" \\ name\n.h5";
  o.run_directory = "läufe/#1";
  o.model = "unet:widths=8-16";
  o.protocol = Protocol::paper;
  o.footprints = FootprintPlaces::as_delivered;
  o.features = {"sif", "nd,vi", ""};
  o.test = "window:1";
  o.buffer = 17;
  o.validation = 0.25;
  o.epochs = 7;
  o.batch = 3;
  o.patch = 24;
  o.learning_rate = 1.0 / 3;
  o.optimizer = Optimizer::adam;
  o.weight_decay = 1e-300;
  o.schedule = nn::ScheduleKind::cosine;
  o.loss = kernels::LossKind::huber;
  o.huber_delta = 2;
  o.patience = 9;
  o.seed = uint64_t(std::numeric_limits<int64_t>::max());
  o.compute.threads = 5;
  o.compute.device = Device::cuda;
  o.compute.precision = Precision::bf16;
  o.compute.convolutions = Convolutions::cudnn;
  return o;
}

ResolvedOptions through_file(const ResolvedOptions& options) {
  const test::TemporaryDirectory directory;
  test::write_file(directory / "run.toml", to_toml(options));
  return read_run_config(directory / "run.toml");
}

void check_equal(const ResolvedOptions& a, const ResolvedOptions& b) {
  CHECK(a.dataset == b.dataset);
  CHECK(a.run_directory == b.run_directory);
  CHECK(a.model == b.model);
  CHECK(a.protocol == b.protocol);
  CHECK(a.features == b.features);
  CHECK(a.test == b.test);
  CHECK(a.buffer == b.buffer);
  CHECK(a.validation == b.validation);
  CHECK(a.epochs == b.epochs);
  CHECK(a.batch == b.batch);
  CHECK(a.patch == b.patch);
  CHECK(a.learning_rate == b.learning_rate);
  CHECK(a.optimizer == b.optimizer);
  CHECK(a.weight_decay == b.weight_decay);
  CHECK(a.schedule == b.schedule);
  CHECK(a.loss == b.loss);
  CHECK(a.huber_delta == b.huber_delta);
  CHECK(a.patience == b.patience);
  CHECK(a.seed == b.seed);
  CHECK(a.compute.threads == b.compute.threads);
  CHECK(a.compute.device == b.compute.device);
  CHECK(a.compute.precision == b.compute.precision);
  CHECK(a.compute.convolutions == b.compute.convolutions);
}

std::string error_of(const std::string& toml) {
  const test::TemporaryDirectory directory;
  test::write_file(directory / "run.toml", toml);
  return test::thrown<UsageError>([&] { read_run_config(directory / "run.toml"); });
}

int64_t lines_of(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

// Of a run.toml with these lines first, in place of its own of the same keys.
std::string error_with(const std::string& lines) {
  std::istringstream whole(to_toml(unusual()));
  std::string rest;
  for (std::string line; std::getline(whole, line);)
    if (const std::string key = line.substr(0, line.find(' ')); !test::contains("\n" + lines, "\n" + key + " ="))
      rest += line + "\n";
  return error_of(lines + rest);
}

}  // namespace

TEST_CASE("options come back from TOML as they were") {
  check_equal(through_file(unusual()), unusual());
  check_equal(through_file(plain()), plain());
}

TEST_CASE("a run.toml has every option; a value of Wald's alone where it counts") {
  const std::string whole = to_toml(unusual());
  CHECK_FALSE(test::contains(whole, "wald-factor"));
  const size_t line = whole.find("\nepochs = 7");
  REQUIRE(line != std::string::npos);
  const std::string error = error_of(whole.substr(0, line) + whole.substr(whole.find('\n', line + 1)));
  CHECK(test::contains(error, "run.toml: epochs is missing"));
}

TEST_CASE("runs of before there were shards have none") {
  ResolvedOptions o = plain();
  CHECK(!test::contains(to_toml(o), "shards"));
  CHECK(!through_file(o).shards);
  nlohmann::json metadata;
  metadata["options"] = training_options(o);
  metadata["options"].erase("shards");
  require_same_run(o, metadata);
  o.shards = 4;
  CHECK(through_file(o).shards == 4);
  CHECK_THROWS_NAMING(Error, require_same_run(o, metadata), "shards", "4");
}

TEST_CASE("errors name file, line and key") {
  const auto names = [](const std::string& error, const std::string& place, const std::string& what) {
    CHECK_MESSAGE(test::contains(error, "run.toml:" + place + ": "), error);
    CHECK_MESSAGE(test::contains(error, what), error);
  };
  names(error_with("seed = 1\nepoch = 3\n"), "2", "unknown key epoch");
  names(error_of(to_toml(unusual()) + "[train]\nepochs = 3\n"), std::to_string(lines_of(to_toml(unusual())) + 1),
        "unknown key train");
  names(error_with("seed = 1\nepochs = \"3\"\n"), "2", "epochs must be an integer");
  names(error_with("epochs = 3.0\n"), "1", "epochs must be an integer");
  names(error_with("epochs = 3000000000\n"), "1", "epochs must be an integer");
  names(error_with("seed = -1\n"), "1", "seed must be an integer from 0");
  names(error_with("learning-rate = \"fast\"\n"), "1", "learning-rate must be a number");
  names(error_with("model = 3\n"), "1", "model must be a string");
  names(error_with("features = \"sif\"\n"), "1", "features must be an array of strings");
  names(error_with("features = [\"sif\", 1]\n"), "1", "features must be an array of strings");
  names(error_of("epochs = 3\nepochs = 4\n"), "2", "epochs");
  names(error_of("epochs = 3\nmodel = \n"), "2", "");
  names(error_with("# the first key that is read\nprotocol = \"nice\"\n"), "2",
        "protocol: unknown protocol nice; take honest or paper");
  names(error_with("epoch = 3\n"), "1", "did you mean epochs");
  CHECK_THROWS_NAMING(UsageError, read_run_config("/none/run.toml"), "/none/run.toml", "no such file");
}

TEST_CASE("values that no training has are refused with the file's name") {
  const auto refused = [](const std::string& lines, const std::string& what) {
    const std::string error = error_with(lines);
    CHECK_MESSAGE(test::contains(error, "run.toml: "), error);
    CHECK_MESSAGE(test::contains(error, what), error);
  };
  refused("members = 0\n", "--members 0: take a number from 1 to 1000");
  refused("members = 2000000000\n", "--members 2000000000");
  refused("epochs = 0\n", "--epochs 0");
  refused("batch = -1\n", "--batch -1");
  refused("patch = 2000000000\n", "--patch 2000000000");
  refused("buffer = 2147483647\n", "--buffer 2147483647");
  refused("patience = -1\n", "--patience -1");
  refused("validation = nan\n", "--validation nan");
  refused("learning-rate = inf\n", "--learning-rate inf");
  refused("huber-delta = 0\n", "--huber-delta 0: take a number above 0");
  refused("weight-decay = -1.0\n", "--weight-decay -1");
  refused("threads = 100000\n", "--threads 100000");
  refused("model = \"unet:widths=0\"\n", "widths=0");
  refused("supervision = \"wald\"\n", "wald-factor is missing");
  refused("supervision = \"truth\"\n", "--truth");
  refused("protocol = \"honest\"\ntest = \"columns:99999999999/4\"\n", "--test columns:99999999999/4");
  refused("protocol = \"honest\"\nbuffer = 0\n", "--buffer 0");
}

TEST_CASE("a file that is too large or too deep is refused before it is parsed") {
  CHECK(test::contains(error_of(std::string(2 << 20, '#')), "more than 1 MB"));
  CHECK(test::contains(error_of("a = " + std::string(100, '[') + std::string(100, ']')), "nested too deeply"));
  std::string key = "a";
  for (int i = 0; i < 10000; ++i) key += ".a";
  CHECK(test::contains(error_of(key + " = 1"), "nested too deeply"));
  CHECK(test::contains(error_of("[" + key + "]"), "nested too deeply"));
  // What stands in strings and comments nests nothing.
  const std::string brackets(100, '[');
  CHECK_FALSE(test::contains(error_of("truth = \"" + brackets + "\" # " + brackets), "nested"));
}

TEST_CASE("TOML has no integers above 2^63 - 1") {
  ResolvedOptions o;
  o.seed = uint64_t(1) << 63;
  CHECK_THROWS_NAMING(UsageError, to_toml(o), "9223372036854775808");
}

TEST_CASE("a training goes on with its own options only") {
  const test::TemporaryDirectory directory;
  const auto file = directory / "run.toml";
  ResolvedOptions before = plain();
  before.epochs = 40;
  test::write_file(file, to_toml(before));

  ResolvedOptions moved = before;
  moved.dataset = "elsewhere.h5";
  moved.run_directory = directory.path();
  moved.compute.threads = 8;
  moved.resume = true;
  require_same_training(moved, file);

  ResolvedOptions longer = before;
  longer.epochs = 60;
  CHECK_THROWS_NAMING(UsageError, require_same_training(longer, file), file.string(), "epochs = 40", "60",
                      "--overwrite");
  ResolvedOptions leaky = before;
  leaky.protocol = Protocol::paper;
  CHECK_THROWS_NAMING(UsageError, require_same_training(leaky, file), "protocol = \"honest\"", "paper");
  ResolvedOptions other_loss = before;
  other_loss.loss = kernels::LossKind::mae;
  CHECK_THROWS_NAMING(UsageError, require_same_training(other_loss, file), "loss");
}

TEST_CASE("a run.toml that says otherwise than its checkpoint is refused") {
  ResolvedOptions o = plain();
  o.features = {"sif", "ndvi"}, o.first_guess = "sif", o.epochs = 40;
  const nlohmann::json metadata = {{"options", training_options(o)}};
  CHECK_NOTHROW(require_same_run(o, metadata));
  ResolvedOptions other = o;
  other.supervision = Supervision::footprints;
  CHECK_THROWS_NAMING(Error, require_same_run(other, metadata), "supervision = \"gridded\"", "\"footprints\"");
  other = o;
  other.features = {"sif"};
  CHECK_THROWS_NAMING(Error, require_same_run(other, metadata), "features");
  other = o;
  other.epochs = 4;
  CHECK_THROWS_NAMING(Error, require_same_run(other, metadata), "epochs = 40", "4");
}
