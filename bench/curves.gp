# One scaling curve as SVG: gnuplot -e "name='docs/performance/tags'; title=…; x=…; y=…; log='x'; at='0,5,10'" bench/curves.gp
# reads name.dat, a block for each line, and writes name.svg. The background is white, also on a dark page.
set encoding utf8
set terminal svg size 720,440 dynamic enhanced background "#ffffff" font "DejaVu Sans,Helvetica,Arial,sans-serif,14" lw 1.5
set output name.".svg"
stats name.".dat" using 1 name "X" nooutput
stats name.".dat" using 2 name "Y" nooutput
set title title noenhanced font ",17"
set xlabel x noenhanced
set ylabel y noenhanced
set key tmargin center horizontal autotitle columnheader noenhanced samplen 4 maxcols 2
set border 3 lc rgb "#333333"
set grid lc rgb "#dddddd"
set tics nomirror
set format y "%.0f"
eval "set xtics (".at.")"
if (strstrt(log, "x")) { set logscale x; set xrange [X_min*0.9:X_max*1.1] } else { set xrange [0:X_max*1.02] }
if (strstrt(log, "y")) { set logscale y; set yrange [Y_min/2:Y_max*2] } else { set yrange [0:*] }
# Lines of one function have one colour, the second (luajit) is dashed; a line without a pair comes first. The colours
# are some that people with colour blindness can tell apart (Okabe and Ito).
array colour[3] = ["#0072b2", "#d55e00", "#009e73"]
odd = X_blocks % 2
pair(i) = (i + odd) / 2
second(i) = i > 0 && (i + odd) % 2 == 1
plot for [i=0:X_blocks-1] name.".dat" index i using 1:2:3:4 with yerrorlines lc rgb colour[pair(i)+1] \
  pt 2 * pair(i) + 5 - second(i) ps 0.7 dt 1 + second(i)
