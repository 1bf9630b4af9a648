#include "pipeline/report/page.hpp"

#include "pipeline/console/version.hpp"
#include "pipeline/report/assets.hpp"

namespace unetsr::pipeline::report {
namespace {

// The hatching of missing cells, shared by all drawings of a page.
const char* const hatch = R"svg(<svg class="definitions" aria-hidden="true"><defs>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect class="hatch-ground" width="6" height="6"/><line class="hatch-line" x1="0" y1="0" x2="0" y2="6"/></pattern>
</defs></svg>)svg";

}  // namespace

void Page::first(const std::string& id, const std::string& heading, const Html& content) {
  contents_ += element("li", {}, element("a", {{"href", "#" + id}}, escape(heading)));
  lead_ += element("section", {{"id", id}, {"class", "first"}},
                   element("h2", {{"class", "read-only"}}, escape(heading)) + content);
}

void Page::section(const std::string& id, const std::string& heading, const Html& content) {
  contents_ += element("li", {}, element("a", {{"href", "#" + id}}, escape(heading)));
  sections_ += element("section", {{"id", id}}, element("h2", {}, escape(heading)) + content);
}

std::string Page::text() const {
  const Html sections = lead_ + sections_;
  const bool live_maps = sections.text.find("class=\"map-viewer\"") != std::string::npos;
  const bool coasts = sections.text.find("-coast\"") != std::string::npos;
  const bool charts = sections.text.find("class=\"chart-box\"") != std::string::npos;
  const std::string style = (live_maps ? assets::leaflet_css : std::string()) + assets::page_css + assets::tables_css +
                            (charts ? assets::charts_css : "");
  const Html head =
      element("meta", {{"charset", "utf-8"}}) +
      element("meta", {{"name", "generator"}, {"content", "unetsr " + version()}}) +
      element("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}) +
      element("meta", {{"name", "color-scheme"}, {"content", "light dark"}}) +
      // Browsers then see to it that nothing is fetched.
      element("meta", {{"http-equiv", "Content-Security-Policy"},
                       {"content",
                        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"}}) +
      element("title", {}, escape(title_)) + element("style", {}, Html{style});
  const Html header =
      element("header", {},
              element("div", {{"class", "title"}},
                      element("h1", {}, escape(title_)) + element("p", {{"class", "subtitle"}}, prose(subtitle_))));
  const Html nav = element("nav", {{"aria-label", "Contents"}}, element("ol", {}, contents_));
  Html body = Html{hatch} + element("main", {}, header + lead_ + nav + sections_);
  if (live_maps)
    body += element("footer", {},
                    escape("Maps move with Leaflet, © 2010-2019 Vladimir Agafonkin, © 2010-2011 CloudMade, under the "
                           "BSD 2-clause licence." +
                           std::string(coasts ? " Coasts and borders: GSHHG 2.3.7, Wessel and Smith (1996), under the "
                                                "LGPL 3 or later."
                                              : ""))) +
            element("script", {}, Html{assets::leaflet_js}) + element("script", {}, Html{assets::map_viewer_js});
  if (charts)
    body += element("footer", {},
                    escape("Charts are drawn by Chart.js, © 2014-2022 Chart.js Contributors, under the Expat (MIT) "
                           "licence; in it @kurkle/color, © 2018-2021 Jukka Kurkela, under the same licence.")) +
            element("script", {}, Html{assets::chart_js}) + element("script", {}, Html{assets::charts_js});
  body += element("script", {}, Html{assets::tables_js});
  return "<!doctype html>\n" +
         element("html", {{"lang", "en"}}, element("head", {}, head) + element("body", {}, body)).text + "\n";
}

Html leaky_badge() {
  return element("span", {{"class", "badge"}, {"title", "The protocol lets the answer leak into training: not skill"}},
                 escape("LEAKY"));
}

Html figure(const Html& content, const std::string& caption, bool leaky) {
  return element("figure", {}, content + element("figcaption", {}, (leaky ? leaky_badge() : Html{}) + prose(caption)));
}

Html folded(const std::string& summary, const Html& content) {
  return element("details", {}, element("summary", {}, prose(summary)) + content);
}

Html not_available(const std::string& what) {
  return element("p", {{"class", "not-available"}}, prose(what));
}

Html subheading(const std::string& text) {
  return element("h3", {}, prose(text));
}

Html note(const std::string& text) {
  return element("p", {{"class", "note"}}, prose(text));
}

Html warning(const std::string& text) {
  return element("p", {{"class", "note warning"}}, prose(text));
}

Html key_figures(std::span<const KeyFigure> figures) {
  Html tiles;
  for (const KeyFigure& f : figures)
    tiles += element(
        "div", {{"class", "key-figure"}},
        element("div", {{"class", "key-label"}}, escape(f.label)) +
            element("div", {{"class", "key-value"}}, escape(f.value)) +
            element("div", {{"class", "key-explanation"}}, (f.leaky ? leaky_badge() : Html{}) + escape(f.explanation)));
  return element("div", {{"class", "key-figures"}}, tiles);
}

Html panels(const Html& content) {
  return element("div", {{"class", "panels"}}, content);
}

}  // namespace unetsr::pipeline::report
