#include "pipeline/report/page.hpp"

namespace unetsr::pipeline::report {

// Series colours are those of Okabe and Ito (2008); on dark ground the darker of them are lightened.
const char* style_sheet() {
  return R"css(
:root{--ground:#fff;--raised:#f6f7f8;--ink:#1b1f24;--soft:#59636e;--rule:#d9dee3;--grid:#e8ebee;--link:#0b5cad;
--hatch:#d3d8dd;--no-data:#f1f3f4;--badge:#b23c00;--badge-ground:#fdeee4;--warning:#b23c00;
--blue:#0072b2;--vermillion:#d55e00;--green:#009e73;--purple:#b8568f;--orange:#e69f00;--sky:#56b4e9;--grey:#8a939c}
@media(prefers-color-scheme:dark){:root{--ground:#14171a;--raised:#1d2125;--ink:#e7eaed;--soft:#a3adb7;--rule:#343a41;
--grid:#282d33;--link:#7db8f0;--hatch:#3b424a;--no-data:#22272c;--badge:#ffb38a;--badge-ground:#43230f;--warning:#ff9a66;
--blue:#4aa8e0;--vermillion:#f0803c;--green:#2fc498;--purple:#dc8fbd;--orange:#efb43c;--sky:#8fd0f5;--grey:#8f99a3}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1040px;margin:0 auto;padding:40px 24px 80px}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .3em;letter-spacing:-.015em;font-weight:650}
h2{font-size:1.35rem;line-height:1.3;margin:0 0 .7em;font-weight:650;letter-spacing:-.01em}
h3{font-size:1.05rem;margin:2.2em 0 .5em;font-weight:650}
p{margin:0 0 1em;max-width:72ch}
a{color:var(--link);text-underline-offset:2px}
code{font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--raised);padding:.1em .3em;border-radius:3px;overflow-wrap:anywhere}
.subtitle{color:var(--soft);font-size:1.05rem}
.definitions{position:absolute;width:0;height:0}
nav{border-top:1px solid var(--rule);border-bottom:1px solid var(--rule);padding:10px 0;margin:24px 0 0}
nav ol{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:2px 22px;font-size:.93rem}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
section{padding-top:44px}
figure{margin:1.6em 0 2.2em}
figcaption{color:var(--soft);font-size:.9rem;line-height:1.5;max-width:80ch;margin-top:.8em}
.table figcaption{margin:0 0 .6em}
.badge{display:inline-block;font-size:.68rem;font-weight:700;letter-spacing:.06em;line-height:1.5;color:var(--badge);background:var(--badge-ground);
border-radius:3px;padding:0 .45em;margin-right:.6em;vertical-align:.12em;white-space:nowrap}
.note,.warning{background:var(--raised);border-left:3px solid var(--rule);padding:.7em 1em;border-radius:0 4px 4px 0;font-size:.95rem}
.warning{border-left-color:var(--warning)}
.not-available{color:var(--soft);border:1px dashed var(--rule);border-radius:4px;padding:.8em 1em;font-size:.93rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.93rem;font-variant-numeric:tabular-nums;min-width:min(100%,560px)}
th{font-weight:600;color:var(--soft);font-size:.84rem;border-bottom:1px solid var(--ink);vertical-align:bottom;line-height:1.35}
th,td{padding:.42em .9em;text-align:left}
th:first-child,td:first-child{padding-left:0}
td{border-bottom:1px solid var(--grid)}
.number{text-align:right;white-space:nowrap}
.spread{display:inline-block;min-width:4.6em;text-align:left;padding-left:.4em;color:var(--soft);font-size:.9em}
tr.best td{font-weight:650}
tr.best .spread{font-weight:400}
tr.baseline td.words:first-child{color:var(--soft)}
tr.rule-above td{border-top:1px solid var(--rule)}
.sheet td.words:first-child{color:var(--soft);white-space:nowrap}
td:first-child>code{overflow-wrap:normal;white-space:nowrap}
.sheet td{vertical-align:top;overflow-wrap:anywhere}
.hash{font-size:.76em}
.key-figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:1px;background:var(--rule);border:1px solid var(--rule);border-radius:6px;overflow:hidden;margin:22px 0}
.key-figure{background:var(--ground);padding:14px 16px}
.key-label{font-size:.84rem;color:var(--soft);line-height:1.35}
.key-value{font-size:1.65rem;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums;line-height:1.35}
.key-explanation{font-size:.84rem;color:var(--soft);line-height:1.4}
.panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:20px 28px}
.panels.narrow{grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr))}
.panels.narrow .chart{max-width:340px}
.panel-title{font-size:.9rem;font-weight:600;margin:0 0 .35em;line-height:1.35}
.panel-title small{font-weight:400;color:var(--soft)}
svg{display:block;width:100%;height:auto;overflow:visible}
svg svg{overflow:hidden}
svg text{font-size:12px;fill:var(--ink);font-family:inherit;font-variant-numeric:tabular-nums}
svg .tick,svg .label{fill:var(--soft)}
.middle{text-anchor:middle}.end{text-anchor:end}
svg .value{font-weight:600}
.axis{stroke:var(--soft);stroke-width:1}
.grid{stroke:var(--grid);stroke-width:1}
.whisker{stroke:var(--ink);stroke-width:1.3}
.reference{stroke:var(--ink);stroke-width:1.2;stroke-dasharray:5 4}
.line{fill:none;stroke:var(--s);stroke-width:1.5;stroke-linejoin:round;opacity:.85}
.line.thick{stroke-width:2.2}
.dot{fill:var(--s);stroke:var(--ground);stroke-width:.6}
.bar{fill:var(--s)}
.s-blue{--s:var(--blue)}.s-vermillion{--s:var(--vermillion)}.s-green{--s:var(--green)}.s-purple{--s:var(--purple)}
.s-orange{--s:var(--orange)}.s-sky{--s:var(--sky)}.s-grey{--s:var(--grey)}.s-ink{--s:var(--ink)}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:.88rem;margin:0 0 .9em;color:var(--ink)}
.legend i{display:inline-block;background:var(--s);margin-right:.5em}
.mark-line{width:20px;height:3px;border-radius:2px;vertical-align:.24em}
.mark-dot{width:10px;height:10px;border-radius:50%;vertical-align:-.02em}
.chart.wide{max-width:760px}
.cell{stroke:var(--ground);stroke-width:1}
svg .cell-text{font-size:11.5px}
svg .cell-text.dark{fill:#14171a}
svg .cell-text.light{fill:#fff}
svg .name{font-size:12.5px}
.maps{display:grid;grid-template-columns:repeat(var(--n,4),minmax(0,300px));gap:18px 14px;align-items:end}
.map-frame{fill:none;stroke:var(--soft);stroke-width:.7}
.no-data{fill:url(#hatch)}
.hatch-ground{fill:var(--no-data)}
.hatch-line{stroke:var(--hatch);stroke-width:2.4}
image,.swipe img{image-rendering:pixelated}
.colour-bars{display:flex;flex-wrap:wrap;gap:8px 32px;margin-top:12px}
.colour-bar{width:320px;max-width:100%}
.swipe{max-width:440px;--cut:50%}
.swipe-titles{display:flex;justify-content:space-between;font-size:.9rem;font-weight:600}
.swipe-stack{position:relative;border:1px solid var(--rule);
background:repeating-linear-gradient(45deg,var(--no-data) 0 4px,var(--hatch) 4px 6px)}
.swipe-stack img{position:absolute;inset:0;width:100%;height:100%}
.swipe-left{clip-path:inset(0 calc(100% - var(--cut)) 0 0);background:inherit}
.swipe-right{clip-path:inset(0 0 0 var(--cut))}
.swipe-edge{position:absolute;top:0;bottom:0;left:var(--cut);width:2px;margin-left:-1px;background:var(--ground);box-shadow:0 0 0 1px var(--ink)}
.swipe input{width:100%;margin:8px 0 0;accent-color:var(--blue)}
details{margin:1em 0}
summary{cursor:pointer;color:var(--link)}
@media(max-width:640px){main{padding:24px 16px 60px}h1{font-size:1.5rem}body{font-size:15.5px}section{padding-top:34px}
.maps{grid-template-columns:repeat(2,minmax(0,1fr))}.map text{font-size:16px}.map .panels.narrow .chart{max-width:340px}
.panel-title{font-size:.84rem}
.chart.wide text{font-size:15.5px}.maps .colour-bar text{font-size:16px}th,td{padding:.4em .55em}.spread{min-width:4.2em}.key-figures{grid-template-columns:1fr 1fr}.key-value{font-size:1.35rem}}
@media print{:root{--ground:#fff;--raised:#f6f7f8;--ink:#000;--soft:#444;--rule:#ccc;--grid:#e5e5e5;--hatch:#d3d8dd;--no-data:#f1f3f4;
--badge:#b23c00;--badge-ground:#fdeee4;--blue:#0072b2;--vermillion:#d55e00;--green:#009e73;--purple:#b8568f}
nav,.swipe input{display:none}main{max-width:none;padding:0}body{font-size:10.5pt}figure,.map,.chart,tr{break-inside:avoid}h2,h3{break-after:avoid}}
)css";
}

const char* script() {
  return R"js(
for (const slider of document.querySelectorAll('.swipe input'))
  slider.addEventListener('input', () => slider.parentNode.style.setProperty('--cut', slider.value + '%'));
)js";
}

}  // namespace unetsr::pipeline::report
