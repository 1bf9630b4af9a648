#include "pipeline/train/training_loop.hpp"

#include <fmt/format.h>

#include <chrono>
#include <limits>

#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/peak_memory.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/processes/processes.hpp"
#include "pipeline/train/epoch_choice.hpp"
#include "pipeline/train/epoch_table.hpp"

namespace unetsr::pipeline {
namespace {

using Clock = std::chrono::steady_clock;

// Which epoch was the best so far; a function of the history, so that resuming needs nothing more.
struct Best {
  int epoch = 0;
  double rmse = std::numeric_limits<double>::infinity();

  bool improves(const Epoch& e) const { return e.monitored && e.monitored->rmse < rmse; }
  void see(const Epoch& e) {
    if (improves(e)) epoch = e.epoch, rmse = e.monitored->rmse;
  }
};

void save(const nn::Trainer& trainer, const TrainingTask& task, int epoch, const std::filesystem::path& path) {
  nn::Checkpoint checkpoint = trainer.checkpoint();
  checkpoint.epoch = epoch;
  checkpoint.software = "unetsr " + version();
  checkpoint.metadata = task.metadata;
  write_atomically(path, [&](const std::filesystem::path& file) { checkpoint.save(file); });
}

int restore(nn::Trainer& trainer, const TrainingTask& task, const std::filesystem::path& path) {
  const nn::Checkpoint checkpoint = nn::Checkpoint::load(path);
  if (checkpoint.metadata != task.metadata)
    throw Error(path.string() + " was trained on other data or with other options; --overwrite trains anew");
  trainer.restore(checkpoint);
  return int(checkpoint.epoch);
}

// Leaves the epoch that counts in best.h5; returns which and why, in words. The trainer then has some epoch's weights.
std::string choose_epoch(const TrainingTask& task, nn::Trainer& trainer, const RunFiles& files, const Best& best,
                         int last) {
  const std::string the_last = fmt::format("the weights of the last epoch, {}, count", last);
  if (!task.squared_errors) return the_last;
  if (best.epoch == 0) return fmt::format("{}: no epoch has a {} score", the_last, task.scored);
  const std::string lowest = fmt::format("lowest {} RMSE, {:.4f} mW m-2 sr-1 nm-1", task.scored, best.rmse);
  if (best.epoch == last) return fmt::format("{}: {}", the_last, lowest);
  const std::vector<double> errors_of_last = task.squared_errors(trainer);
  trainer.restore(nn::Checkpoint::load(files.best()));
  if (clearly_better(task.squared_errors(trainer), errors_of_last))
    return fmt::format("the weights of epoch {} count: {}, clearly below that of the last epoch", best.epoch, lowest);
  write_atomically(files.best(), [&](const std::filesystem::path& file) {
    std::filesystem::copy_file(files.last(), file, std::filesystem::copy_options::overwrite_existing);
  });
  return fmt::format("{}: epoch {} has the {}, but not clearly below that of the last epoch", the_last, best.epoch,
                     lowest);
}

}  // namespace

void run_training_loop(const TrainingTask& task, nn::Trainer& trainer, const RunFiles& files, bool resume,
                       const std::string& title, const Output& output) {
  const int first = resume ? restore(trainer, task, files.last()) : 0;
  History history(files.history(), first);
  Best best;
  for (const Epoch& e : history.epochs()) best.see(e);

  const EpochTable table(output, task.scored, task.epochs);
  Stage stage(output, title, Stage::Lines::none);
  const Clock::time_point begin = Clock::now();
  // Writing last.h5 may take 3 % of the time.
  constexpr double pause_per_second_of_saving = 30;
  Clock::time_point saved = Clock::now();
  double seconds_to_save = 0;
  const auto save_last = [&](int epochs_done) {
    const Clock::time_point start = Clock::now();
    save(trainer, task, epochs_done, files.last());
    saved = Clock::now();
    seconds_to_save = seconds_since(start);
  };
  int epoch = first;
  if (!resume) save_last(0);
  const auto out_of_patience = [&] {
    return task.patience > 0 && best.epoch > 0 && epoch - best.epoch >= task.patience;
  };
  while (epoch < task.epochs && !out_of_patience()) {
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < task.steps_per_epoch; ++i) {
      stage.reached((epoch + double(i) / task.steps_per_epoch) / task.epochs, fmt::format("epoch {}", epoch + 1));
      if (interrupted()) {
        output.line(fmt::format("{}: stopped in epoch {}; the same command with --resume goes on", title, epoch + 1));
        stop_if_interrupted();
      }
      const int64_t step = int64_t(epoch) * task.steps_per_epoch + i;
      task.take_step(trainer, step, task.learning_rate(step));
    }
    const auto sum = trainer.take_loss();
    const double loss = sum.sum / double(std::max<int64_t>(1, sum.count));
    if (!std::isfinite(loss))
      throw Error(
          fmt::format("{}: the loss is not finite in epoch {}; try a smaller --learning-rate", title, epoch + 1));
    ++epoch;
    const int64_t last_step = int64_t(epoch) * task.steps_per_epoch - 1;
    Epoch e{epoch, loss, task.learning_rate(last_step), 0, task.monitor(trainer), 0};
    e.seconds = seconds_since(start);
    e.memory_mib = peak_memory_mib();
    history.add(e);
    const bool improves = best.improves(e);
    if (improves) save(trainer, task, epoch, files.best());
    best.see(e);
    if (epoch % task.epochs_of_a_draw == 0 && seconds_since(saved) > pause_per_second_of_saving * seconds_to_save)
      save_last(epoch);
    table.add(e, improves, seconds_since(begin) * double(task.epochs - epoch) / double(epoch - first));
  }
  save_last(epoch);
  if (best.epoch == 0) save(trainer, task, epoch, files.best());
  processes().wait_for_all();
  if (epoch < task.epochs)
    output.line(
        fmt::format("{}: stopped after epoch {}: no lower RMSE for --patience {} epochs", title, epoch, task.patience));
  output.line(fmt::format("{}: {}", title, choose_epoch(task, trainer, files, best, epoch)));
}

}  // namespace unetsr::pipeline
