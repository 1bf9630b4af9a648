#include "pipeline/console/outputs.hpp"
#include "pipeline/prepare/prepare_granules.hpp"
#include "pipeline/prepare/prepare_tables.hpp"

#include "data/formats/granule_name.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/shared_command.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {
namespace {

using Files = std::vector<std::filesystem::path>;

// In "--fine A B --coarse C D OUT.h5" the last list has swallowed OUT.h5: the one file too many that is no table.
void take_output_from(Files& longer, const Files& shorter, std::filesystem::path& out) {
  if (longer.size() != shorter.size() + 1 || CLI::detail::to_lower(longer.back().extension()) == ".csv") return;
  out = longer.back();
  longer.pop_back();
}

// Without OUT.h5 the last input stands in its place.
void refuse_input_at_the_end(const std::filesystem::path& last) {
  std::error_code none;
  const std::string kind = CLI::detail::to_lower(last.extension());
  if (std::filesystem::is_directory(last, none) || kind == ".nc" || kind == ".nc4" || kind == ".hdf" ||
      data::is_granule_name(last))
    throw UsageError("OUT.h5 is missing: " + last.string() +
                     ", the last argument, is an input; see unetsr prepare --help");
}

}  // namespace

void prepare_command(int argc, const char* const* argv) {
  pipeline::TableOptions tables;
  pipeline::GranuleOptions granules;
  Files arguments, aux;
  bool overwrite = false;
  Options options(
      "prepare", "prepare [OPTIONS] SOUNDINGS.nc... INDICES... OUT.h5",
      "Make a dataset of one region: SIF soundings (TROPOSIF L2B or L2, Caltech, OCO SIF Lite; NetCDF) and vegetation\n"
      "indices of MODIS (MOD13A2 or MYD13A2; *.hdf) or VIIRS (VJ113A2, VJ213A2 or VNP13A2; *.h5), gridded in the windows\n"
      "of the indices. Folders stand for all such files in them and in their sub-folders. Or, with --fine and --coarse, of\n"
      "the paper's tables (CSV).",
      "  unetsr prepare troposif/ mod13a2/ scene.h5 --bbox -101,43.7,-93,49.8\n"
      "  unetsr prepare *.nc *.hdf scene.h5 --region iowa.gpkg \\\n"
      "      --crs EPSG:5070 --resolution 1000\n"
      "  unetsr prepare troposif/ mod13a2/ scene.h5 \\\n"
      "      --aux elevation=dem.tif@average --aux lst=lst_{window}.tif:1\n"
      "  unetsr prepare troposif/ mod13a2/ scene.h5 \\\n"
      "      --aux lai=MCD15A2H.A2019145.h11v04.061.hdf:Lai_500m@average\n"
      "  unetsr prepare troposif/ vj113a2/ scene.h5 --windows viirs-16\n"
      "  unetsr prepare troposif/ mod13a2/ scene.h5 --dry-run\n"
      "  unetsr prepare july.nc july.hdf year.h5 --append june.h5\n"
      "  unetsr prepare --fine *3.5x7km*.csv --coarse *7x14km*.csv --overwrite scene.h5\n");
  options.arguments("FILES... OUT.h5", arguments, "soundings, index granules or folders of them; last, what to write");
  options.add("bbox", granules.bbox,
              "WEST,SOUTH,EAST,NORTH in degrees; the grid is the rectangle of the map around the box, and cells whose "
              "centre is outside the box are missing (default: all that the granules cover)");
  options.add(
      "region", granules.region,
      "vector file of the region's polygons. The grid is the rectangle of the map around them; cells whose centre "
      "lies outside are missing. Edges are straight in the file's own coordinates");
  options.add(
      "crs", granules.crs,
      "reference system of the grid, in any form that GDAL reads, as in EPSG:5070; over the date line EPSG:3832 "
      "(default: the granules' own)");
  options.add("resolution", granules.resolution,
              "side of a square cell in the units of --crs, metres or degrees (default: the granules' own cells, not "
              "resampled)",
              pipeline::resolution_range);
  options.add("coarse-factor", granules.coarse_factor, "side of a coarse cell in fine cells",
              pipeline::coarse_factor_range);
  options.add("gridding", granules.gridding,
              "method that averages soundings into cells: area (exact overlap), centre or nearest");
  options.add("sif", granules.sif,
              "SIF of the soundings: instantaneous, at the overpass, or daily, the mean over 24 hours of a clear sky "
              "(TROPOSIF SIF_Corr, Caltech dcSIF, OCO Daily_SIF)");
  options.add("fit-window", granules.fit_window,
              "start of the fit window of TROPOSIF, nm: 743 or 735, both up to 758; both are SIF at 740 nm",
              {735, 743});
  options.add("soundings-format", granules.soundings_format,
              "TOML file that describes another format of soundings: see docs/data.md");
  options.add("max-cloud-fraction", granules.max_cloud_fraction, "largest cloud fraction of soundings, 0 to 1", {0, 1});
  options.add("max-vza", granules.max_vza, "largest viewing zenith angle of soundings, degrees", {0, 180});
  options.add("max-sza", granules.max_sza, "largest sun zenith angle of soundings, degrees", {0, 180});
  options.add("max-sif-error", granules.max_sif_error, "largest standard error of soundings, mW m-2 sr-1 nm-1",
              {0, 1e6, true});
  options.add(
      "reliability", granules.reliability,
      "ranks of pixel reliability that are used, separated by commas. MODIS: 0 good, 1 marginal, 2 snow, 3 cloudy. "
      "VIIRS: 0 excellent, 1 good, 2 acceptable, 3 marginal, 4 pass, 5 questionable, 6 poor, 7 cloud shadow, 8 snow, 9 "
      "cloud; estimates and long-term averages (10, 11) are never used. any: no pixel is screened (default: 0,1 of "
      "MODIS, 0,1,2,3 of VIIRS)");
  options.add("max-usefulness", granules.max_usefulness,
              "worst usefulness of pixels in VI Quality that is used, 0 (best) to 15", {0, 15});
  options.add(
      "windows", granules.windows,
      "which composites make windows: terra (those of days 1, 17, ... of a year), aqua (9, 25, ...), viirs-16 (all, "
      "with their 16 days), or 8-day (all, with the 8 days in the middle of each). A sounding counts in every window "
      "that holds its day (default: all with their 16 days; where they begin every 8 days, 8-day)");
  options.flag("mix-sensors", granules.mix_sensors,
               "take indices of several products together: those of VIIRS are scaled to those of MODIS where both were "
               "measured, and a cell takes the mean of what it has");
  options.files(
      "aux", aux,
      "auxiliary bands NAME=FILE[:DATASET][:BAND][@RESAMPLING]; RESAMPLING is nearest, bilinear (default), "
      "average or mode. ?valid=LOW:HIGH, scale=S, offset=O, nodata=N,N or classes=yes|no, joined by &, follow "
      "where neither the file nor the table of products states them. {window} in FILE is replaced by each "
      "window's date, {year}, {month}, {day} and {doy} by parts of it. unetsr info FILE prints what a file holds");
  options.flag(
      "allow-vrt", granules.allow_vrt,
      "for --aux: read VRTs whose sources are outside the VRT's own folder, which may be any file of this machine");
  options.files("fine", tables.fine, "tables of the fine cells, one for each window");
  options.files("coarse", tables.coarse, "tables of the coarse cells, in the same order");
  options.add("append", granules.append,
              "dataset to which windows and days are added: OUT.h5 becomes what all files at once would make, without "
              "reading the old ones. Grid, screens and --aux are its own; OUT.h5 may be the same file (--overwrite)");
  options.add("start", granules.start,
              "first day, YYYY-MM-DD: earlier soundings and windows that end before are omitted (default: all)");
  options.add("end", granules.end,
              "last day, YYYY-MM-DD: later soundings and windows that begin after are omitted (default: all)");
  options.add("memory", granules.memory,
              "memory that is used at most, as in 800MB or 2GB; what does not fit lies in files without a name beside "
              "OUT.h5; results do not depend on it (default: half of what is free)");
  options.add("threads", granules.threads, pipeline::thread_help, pipeline::thread_range);
  options.key("out", tables.out);
  options.flag("overwrite", overwrite, "replace OUT.h5");
  options.flag(
      "dry-run", granules.dry_run,
      "print windows, missing days and tiles, the grid, and estimates of memory, disk and time; write nothing");
  options.parse(argc, argv);
  pipeline::catch_interrupts();

  if (!tables.fine.empty() || !tables.coarse.empty()) {
    if (granules.dry_run) throw UsageError("--dry-run is for soundings and granules, not for --fine and --coarse");
    if (arguments.size() > 1)
      throw UsageError("give one file to write, not " + arguments[0].string() + " and " + arguments[1].string());
    if (!arguments.empty()) {
      tables.out = arguments[0];
    } else {
      take_output_from(tables.coarse, tables.fine, tables.out);
      take_output_from(tables.fine, tables.coarse, tables.out);
    }
    tables.overwrite = overwrite;
    pipeline::refuse_input_as_output(tables.out, {options.config()});
    pipeline::run_in_first("prepare of tables", [&] { pipeline::prepare_tables(tables, options.output()); });
    return;
  }
  if (arguments.size() < 2)
    throw UsageError("give soundings, index granules and OUT.h5, or --fine and --coarse; see unetsr prepare --help");
  refuse_input_at_the_end(arguments.back());
  granules.out = arguments.back();
  pipeline::refuse_input_as_output(granules.out, {options.config()});
  granules.inputs.assign(arguments.begin(), arguments.end() - 1);
  for (const auto& text : aux) granules.aux.push_back(text.string());
  granules.overwrite = overwrite;
  const auto prepare = [&] { pipeline::prepare_granules(granules, options.output()); };
  if (granules.dry_run) return pipeline::run_in_first("prepare --dry-run", prepare);
  prepare();
}

}  // namespace unetsr::tools
