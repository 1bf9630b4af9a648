#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <sstream>

#include "data/dataset/dataset_file.hpp"
#include "data/tables/table_files.hpp"
#include "files.hpp"
#include "pipeline/train/history.hpp"
#include "pipeline/train/run_config.hpp"
#include "program.hpp"
#include "simulated_tables.hpp"
#include "thrown.hpp"

using namespace unetsr;
using test::contains, test::Outcome;

namespace {

namespace fs = std::filesystem;

// "a b" as {"a", "b"}
std::vector<std::string> words(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), {}};
}

Outcome run(const std::string& arguments) {
  return test::run_program(words(arguments));
}

void check_fails(const std::string& arguments, int code, const std::vector<std::string>& parts) {
  CAPTURE(arguments);
  test::check_fails(words(arguments), code, parts, "unetsr");
}

std::string tables_and_options(const fs::path& directory) {
  std::string fine = " --fine", coarse = " --coarse";
  for (const data::TablePair& pair : data::find_table_pairs(directory)) {
    fine += " " + pair.fine.string();
    coarse += " " + pair.coarse.string();
  }
  return "prepare" + fine + coarse;
}

// A small dataset; made once.
const std::string& scene() {
  static const test::TemporaryDirectory directory;
  static const std::string path = [] {
    data::write_simulated_tables(directory.path(), {.rows = 40, .columns = 60});
    const fs::path file = directory / "scene.h5";
    REQUIRE(run(tables_and_options(directory.path()) + " " + file.string()).code == 0);
    return file.string();
  }();
  return path;
}

const std::string quick = " --model sifnet-small --patch 8 --batch 2 --test window:1 --epochs ";

}  // namespace

TEST_CASE("help and version go to standard output") {
  const Outcome help = run("--help");
  CHECK(help.code == 0);
  CHECK(help.error == "");
  for (const std::string command : {"simulate", "prepare", "train", "crossvalidate", "predict", "plot", "evaluate",
                                    "validate", "explain", "ablate", "reproduce", "demo", "info"}) {
    CHECK(contains(help.out, "  " + command));
    const Outcome o = run(command + " --help");
    CHECK(o.code == 0);
    CHECK(o.error == "");
    CHECK(contains(o.out, "Usage: unetsr " + command));
    CHECK(contains(o.out, "Examples:\n  unetsr " + command));
    CHECK(contains(o.out, "--config"));
  }
  CHECK(contains(run("train -h").out, "--patience INT"));
  const Outcome version = run("--version");
  CHECK(version.code == 0);
  CHECK(version.out.starts_with("unetsr 0."));
}

TEST_CASE("text that does not reach standard output is an error") {
  for (const std::string command :
       {"--help", "--version", "help train", "train --help", "info devices", "info formats"}) {
    CAPTURE(command);
    const Outcome o = test::outcome_of(test::Program::with_output("/dev/full", words(command)));
    CHECK(o.code == 1);
    CHECK(contains(o.error, "standard output cannot be written: the disk is full"));
  }
}

TEST_CASE("no control character of a name reaches the terminal") {
  const Outcome o = test::run_program({"info", "a\x1b[2Jb\tc\x7f.h5"});
  CHECK(o.code != 0);
  CHECK(std::none_of(o.error.begin(), o.error.end() - 1, [](unsigned char c) { return std::iscntrl(c); }));
}

TEST_CASE("what is wrong with the command line is one line and exit code 2") {
  check_fails("", 2, {"unetsr: ", "no command", "unetsr --help"});
  check_fails("trian", 2, {"unetsr: ", "trian", "train"});
  check_fails("train --foo", 2, {"unetsr train: ", "--foo", "unetsr train --help"});
  check_fails("train", 2, {"unetsr train: DATASET.h5 is missing"});
  check_fails("train a.h5", 2, {"RUN_DIR is missing"});
  check_fails("train a.h5 b c", 2, {" c;"});
  check_fails("train a.h5 b --epochs many", 2, {"--epochs", "many"});
  check_fails("train a.h5 b --epochs 1.5", 2, {"--epochs", "1.5"});
  check_fails("train a.h5 b --epochs", 2, {"--epochs"});
  check_fails("train a.h5 b --seed -1", 2, {"--seed", "-1"});
  check_fails("train a.h5 b --seed 9223372036854775808", 2, {"--seed 9223372036854775808", "below 2^63"});
  check_fails("train a.h5 b --protocol nice", 2, {"nice", "honest", "paper"});
  check_fails("train a.h5 b --device gpu", 2, {"unknown device gpu", "cpu or cuda"});
  check_fails("train a.h5 b --precision tf32", 2, {"--precision tf32", "--device cuda"});
  check_fails("predict a.h5 b c.tif --conv cudnn", 2, {"--conv cudnn", "--device cuda"});
  check_fails("train a.h5 b --model resnet", 2, {"resnet", "unet"});
  check_fails("evaluate a.h5 run", 2, {"OUT_DIR"});
  check_fails("reproduce tables", 2, {"OUT_DIR"});
  check_fails("info", 2, {"FILE|MODEL"});
  check_fails("info unett", 2, {"unett", "unet-text"});
  check_fails("prepare --fine a.csv --coarse b.csv", 2, {"OUT.h5"});
  check_fails("prepare --coarse a.csv --fine b.csv c.csv --overwrite", 2, {"OUT.h5"});
}

TEST_CASE("files that are not there end with exit code 1") {
  check_fails("train /none/a.h5 /none/run", 1, {"unetsr train: /none/a.h5"});
  check_fails("info /none/a.h5", 1, {"/none/a.h5"});
  check_fails("evaluate /none/a.h5 /none/run /none/out", 1, {"/none/a.h5"});
  check_fails("reproduce /none /none/out", 1, {"/none"});
  check_fails("prepare --fine /none/a.csv --coarse /none/b.csv /none/out.h5", 1, {"/none/"});
}

TEST_CASE("the output may follow a list of files, an option or stand first") {
  const test::TemporaryDirectory directory;
  data::write_simulated_tables(directory.path(), {.rows = 12, .columns = 12});
  const std::string command = tables_and_options(directory.path()), out = (directory / "scene.h5").string();
  CHECK(run(command + " " + out).code == 0);
  check_fails(command + " " + out, 2, {out, "--overwrite"});
  CHECK(run(command + " " + out + " --overwrite").code == 0);
  CHECK(run(command + " --overwrite " + out).code == 0);
  CHECK(run("prepare " + out + " --overwrite" + command.substr(7)).code == 0);
  const Outcome quiet = run(command + " -q --overwrite " + out);
  CHECK(quiet.code == 0);
  CHECK(quiet.error == "");
}

TEST_CASE("a disk that is full is an error that names the file, and leaves none") {
  const test::TemporaryDirectory directory;
  data::write_simulated_tables(directory.path(), {.rows = 12, .columns = 12});
  const fs::path out = directory / "scene.h5";
  const Outcome o = test::outcome_of(
      test::Program::on_full_disk(words(tables_and_options(directory.path()) + " -q " + out.string())));
  CHECK(o.code == 1);
  CHECK(contains(o.error, out.string()));
  CHECK(contains(o.error, "cannot be written"));
  CHECK_FALSE(fs::exists(out));
  for (const auto& entry : fs::directory_iterator(directory.path())) CHECK(entry.path().extension() == ".csv");
}

TEST_CASE("a TOML file gives options; the command line wins") {
  const test::TemporaryDirectory directory;
  const fs::path config = directory / "options.toml", run_directory = directory / "run";
  test::write_file(config, "dataset = \"" + scene() + "\"\nrun-directory = \"" + run_directory.string() +
                               "\"\nmodel = \"sifnet-small\"\npatch = 8\nbatch = 2\ntest = \"window:1\"\n"
                               "epochs = 2\nseed = 5\nfeatures = [\"sif\", \"ndvi\"]\nquiet = true\n");
  const Outcome o = run("train --config " + config.string() + " --seed 6");
  CHECK_MESSAGE(o.code == 0, o.error);
  CHECK(o.error.starts_with("warning: the map is not better than the first guess"));
  CHECK(std::count(o.error.begin(), o.error.end(), '\n') == 1);
  const pipeline::ResolvedOptions effective = pipeline::read_run_config(run_directory / "run.toml");
  CHECK(effective.model == "sifnet-small");
  CHECK(effective.epochs == 2);
  CHECK(effective.seed == 6);
  CHECK(effective.features == std::vector<std::string>{"sif", "ndvi"});
  const std::vector<pipeline::Epoch> history = pipeline::read_history(run_directory / "history.jsonl");
  REQUIRE(history.size() == 2);
  CHECK(history[0].memory_mib > 1);
  CHECK(history[1].memory_mib >= history[0].memory_mib);

  SUBCASE("what train wrote repeats the training") {
    const fs::path again = directory / "again";
    const Outcome repeated =
        run("train " + scene() + " " + again.string() + " --config " + (run_directory / "run.toml").string());
    CHECK_MESSAGE(repeated.code == 0, repeated.error);
    CHECK(test::read_file(again / "last.h5") == test::read_file(run_directory / "last.h5"));
  }
  SUBCASE("a run stays unless --overwrite") {
    check_fails("train --config " + config.string(), 2, {"last.h5", "--overwrite"});
    CHECK(run("train --overwrite --config " + config.string()).code == 0);
  }
  SUBCASE("info describes run and checkpoint, evaluate scores it") {
    CHECK(contains(run("info " + run_directory.string()).out, "model = \"sifnet-small\""));
    CHECK(contains(run("info --json " + run_directory.string()).out, "\"kind\": \"run\""));
    CHECK(contains(run("info " + (run_directory / "last.h5").string()).out, "scaling z-score"));
    const fs::path report = directory / "report";
    const std::string evaluate = "evaluate " + scene() + " " + run_directory.string() + " " + report.string();
    const Outcome scored = run(evaluate);
    CHECK_MESSAGE(scored.code == 0, scored.error);
    CHECK(fs::exists(report / "metrics.json"));
    CHECK(fs::exists(report / "report.html"));
    check_fails(evaluate, 2, {"--overwrite"});
    CHECK(run(evaluate + " --overwrite").code == 0);
  }
}

TEST_CASE("errors in a TOML file name file, line and key") {
  const test::TemporaryDirectory directory;
  const fs::path config = directory / "options.toml";
  const auto fails = [&](const std::string& toml, const std::string& command, const std::vector<std::string>& parts) {
    test::write_file(config, toml);
    check_fails(command + " --config " + config.string(), 2, parts);
  };
  fails("seed = 1\nepoch = 3\n", "train a.h5 b", {"options.toml:2", "unknown key epoch"});
  fails("epochs = \"3\"\n", "train a.h5 b", {"options.toml:1", "epochs must be an integer"});
  fails("epochs = \"3\"\n", "train a.h5 b --epochs 3", {"options.toml:1", "epochs must be an integer"});
  fails("epochs = \n", "train a.h5 b", {"options.toml:1"});
  fails("quick = 1\n", "reproduce a b", {"options.toml:1", "quick must be true or false"});
  fails("fine = \"a.csv\"\n", "prepare out.h5", {"options.toml:1", "fine must be an array of strings"});
  check_fails("train a.h5 b --config /none.toml", 2, {"/none.toml"});
}

TEST_CASE("Ctrl-C stops cleanly with exit code 130; --resume ends where an undisturbed run does") {
  const test::TemporaryDirectory directory;
  const std::string whole = (directory / "whole").string(), broken = (directory / "broken").string();
  // Long enough to be interrupted, short enough to be finished.
  const std::string epochs = "25";
  REQUIRE(run("train " + scene() + " " + whole + quick + epochs).code == 0);

  test::Program interrupted(words("train " + scene() + " " + broken + quick + epochs + " -q"));
  const fs::path history = fs::path(broken) / "history.jsonl";
  interrupted.wait_until([&] { return !test::read_file(history).empty(); });
  interrupted.signal(SIGINT);
  CHECK(interrupted.wait() == 130);

  check_fails("train " + scene() + " " + broken + " --resume --seed 9", 2, {"run.toml", "seed"});
  const Outcome resumed = run("train " + scene() + " " + broken + " --resume");
  CHECK_MESSAGE(resumed.code == 0, resumed.error);
  CHECK(test::read_file(fs::path(broken) / "last.h5") == test::read_file(fs::path(whole) / "last.h5"));
}

TEST_CASE("The file of --config is no place for a report") {
  const test::TemporaryDirectory directory;
  const std::string file = (directory / "options.toml").string();
  test::write_file(file, "overwrite = true\n");
  check_fails("evaluate " + scene() + " run " + file + " --config " + file, 2, {file, "is one of the inputs"});
  check_fails("explain run " + scene() + " " + file + " --config " + file, 2, {file, "is one of the inputs"});
}
