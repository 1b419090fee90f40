package dev.spool.jmh.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Pictures of figures, as PNG files. */
final class Charts {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;

    private final Path directory;

    Charts(Path directory) {
        this.directory = directory;
    }

    /**
     * Bars.
     *
     * @param series names of series, and for each the values over the categories
     */
    void bars(String file, String title, String unit, List<String> categories, Map<String, List<Double>> series)
            throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(unit)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
        chart.getStyler().setLegendVisible(series.size() > 1);
        chart.getStyler().setAvailableSpaceFill(0.6);
        chart.getStyler().setXAxisLabelRotation(20);
        for (Map.Entry<String, List<Double>> one : series.entrySet()) {
            chart.addSeries(one.getKey(), categories, one.getValue());
        }
        save(chart, file);
    }

    /**
     * Lines over 1, 2, 3 and so on.
     *
     * @param series names of series, and the values of each
     */
    void lines(String file, String title, String unit, Map<String, List<Double>> series) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(unit)
                .build();
        chart.getStyler().setYAxisMin(0.0);
        for (Map.Entry<String, List<Double>> one : series.entrySet()) {
            chart.addSeries(one.getKey(), one.getValue());
        }
        save(chart, file);
    }

    private void save(Chart<?, ?> chart, String file) throws IOException {
        try (OutputStream picture = Files.newOutputStream(directory.resolve(file))) {
            ChartEncoder.saveChart(chart, picture, "png");
        }
    }
}
