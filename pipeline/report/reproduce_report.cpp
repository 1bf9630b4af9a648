#include "pipeline/report/reproduce_report.hpp"

#include <fmt/format.h>

#include "pipeline/report/numbers.hpp"
#include "pipeline/report/sections.hpp"

namespace unetsr::pipeline::report {
namespace {

Html headline(const ReproduceReport& r) {
  std::vector<KeyFigure> tiles;
  if (const ScoreRow* unet = find_row(r.paper_scores, "unet"))
    tiles.push_back({"U-Net R², the paper's protocol", mean_and_spread(unet->r2, 3), "paper: 0.9692", true});
  if (r.audit && !r.audit->shared_pixel_fraction.empty())
    tiles.push_back({"Test pixels seen in training", percent(mean(r.audit->shared_pixel_fraction)),
                     "in the paper's protocol; 0 in the honest one"});
  if (r.honest) {
    if (const ScoreRow* unet = find_row(r.honest->columns, "unet"))
      tiles.push_back({"U-Net R², test cells outside training", mean_and_spread(unet->r2, 3),
                       fmt::format("honest protocol, RMSE {} {}", fixed(mean(unet->rmse), 3), sif_units)});
    if (const ScoreRow* coarse = find_row(r.honest->columns, "coarse"))
      tiles.push_back({"Coarse SIF unchanged, R²", mean_and_spread(coarse->r2, 3),
                       fmt::format("same cells, RMSE {} {}", fixed(mean(coarse->rmse), 3), sif_units)});
  }
  return tiles.empty() ? Html{} : key_figures(tiles);
}

std::string reproduced_text(const ReproduceReport& r) {
  std::string text;
  const ScoreRow* unet = find_row(r.paper_scores, "unet");
  const ScoreRow* cnn = find_row(r.paper_scores, "paper-cnn");
  if (!unet) return text;
  text = fmt::format("Run as the paper ran it, the U-Net reaches R² {} (paper: 0.9692)", mean_and_spread(unet->r2, 3));
  if (cnn)
    text += fmt::format(" and the CNN that it was compared with {} (paper: 0.5300)", mean_and_spread(cnn->r2, 3));
  text += ". ";
  if (const ScoreRow* coarse = find_row(r.paper_scores, "coarse"))
    text += fmt::format("In the same protocol the coarse SIF unchanged has an R² of {}", fixed(mean(coarse->r2), 3));
  if (const ScoreRow* linear = find_row(r.paper_scores, "linear"))
    text += fmt::format(", and a linear regression on the U-Net's inputs one of {}", fixed(mean(linear->r2), 3));
  return text + ".";
}

std::string leak_text(const ReproduceReport& r) {
  std::string text =
      "These scores are not skill. One of the six input channels, `sif_difference`, is the target minus the coarse "
      "SIF, so the target is the sum of two inputs";
  if (r.audit && !r.audit->shared_pixel_fraction.empty())
    text += fmt::format("; and {} of the test pixels were also in training, because the crops were split after cutting",
                        percent(mean(r.audit->shared_pixel_fraction)));
  return text + ". Every figure of that protocol on this page is marked LEAKY.";
}

std::string honest_text(const HonestPart& honest) {
  const ScoreRow* unet = find_row(honest.columns, "unet");
  const ScoreRow* coarse = find_row(honest.columns, "coarse");
  const ScoreRow* best = best_row(honest.columns, true);
  if (!unet || !coarse) return "";
  std::string text = fmt::format(
      "In the honest protocol, on test cells outside the training cells and without that channel, the U-Net reaches R² "
      "{} (RMSE {} {}), against {} (RMSE {}) for the coarse SIF unchanged",
      mean_and_spread(unet->r2, 3), fixed(mean(unet->rmse), 3), sif_units, fixed(mean(coarse->r2), 3),
      fixed(mean(coarse->rmse), 3));
  if (best && best != coarse)
    text += fmt::format(" and {} (RMSE {}) for the best baseline, “{}”", fixed(mean(best->r2), 3),
                        fixed(mean(best->rmse), 3), display_name(best->name));
  text += ". ";
  if (!best) return text;
  const double gain = 1 - mean(unet->rmse) / mean(best->rmse);
  text +=
      gain > 0
          ? fmt::format(
                "Its RMSE is {} below that of the baseline: the network improves on it, by less than the paper's table "
                "suggests.",
                percent(gain, 0))
          : "It does not beat that baseline here.";
  text += " Part of every honest score may still be noise that the coarse and the fine cells share.";
  return text;
}

Html summary(const ReproduceReport& r) {
  std::string what = "The paper's public tables were read again";
  if (!r.windows.empty()) what += " (" + joined(r.windows) + ")";
  what += ", and its U-Net and the CNN that it was compared with were trained the way its author did";
  what += r.seeds == 1  ? ", with one seed."
          : r.seeds > 1 ? fmt::format(", with {} seeds each.", r.seeds)
                        : std::string(".");
  Html section;
  if (r.quick)
    section += warning(
        "Quick run: a few epochs and one seed, to show that every stage works. "
        "Its scores are not those of a full run.");
  if (r.paper_scores.empty()) {
    section += paragraph("The paper's protocol was not part of this run.");
  } else {
    section += element("p", {}, leaky_badge() + prose(what + " " + reproduced_text(r)));
    section += paragraph(leak_text(r));
  }
  if (r.honest) {
    const std::string honest = honest_text(*r.honest);
    if (!honest.empty()) section += paragraph(honest);
  } else {
    section += paragraph("The honest protocol was not part of this run.");
  }
  return section;
}

std::string subtitle(const ReproduceReport& r) {
  std::string text = "SIF at 740 nm from 7 × 14 km to 3.5 × 7 km with a U-Net and local binary patterns";
  if (r.grid.rows > 0) text += fmt::format("; grid of {} × {} cells", r.grid.rows, r.grid.columns);
  for (size_t i = 0; i < r.cells_per_window.size(); ++i)
    text += (i == 0 ? ", with a target in " : " and ") + with_thousands(r.cells_per_window[i]);
  return text + ".";
}

}  // namespace

std::string reproduce_page(const ReproduceReport& r) {
  Page page("The paper on its own data", subtitle(r));
  page.lead(headline(r));
  page.section("meaning", "Summary", summary(r));
  page.section("tables", "The paper's tables", paper_tables_section(r));
  page.section("audit", "Where those scores come from", audit_section(r));
  page.section("honest", "The honest protocol", honest_section(r));
  page.section("figures", "The paper's figures", paper_figures_section(r));
  page.section("provenance", "Provenance", provenance_section(r.provenance));
  return page.text();
}

}  // namespace unetsr::pipeline::report
