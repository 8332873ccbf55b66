#pragma once

#include "app/cli/cell.h"
#include "models/domain/result.h"

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::cli {

enum class OutputFormat { Table, Csv, Json };

struct OutputColumn {
    std::string name;
    bool onlyJson = false; ///< further detail that csv and table leave out
};

/// The one way an answer reaches standard output: blocks of typed rows, written as aligned table, CSV or JSON.
///
/// CSV: a header line, RFC 4180 quoting, LF; blocks are separated by a blank line. JSON: one array of objects, or with
/// beginDocument() one object that holds each block by its name. Rows of CSV and JSON are written as they come.
class TableWriter {
public:
    TableWriter(OutputFormat format, std::FILE* out) : m_format(format), m_out(out) {}

    OutputFormat format() const { return m_format; }
    /// Announces several blocks. To be called before the first of them.
    void beginDocument();
    void begin(std::string_view name, std::vector<OutputColumn> columns);
    /// Requires one cell per column.
    void add(std::vector<Cell> cells);
    void end();
    void endDocument();
    /// Text that is written as it is.
    void raw(std::string_view text);
    /// Error Io when anything could not be written.
    Status finish();
    /// True where the program that read the output closed it.
    bool readerIsGone() const;

private:
    void writeCsv(const std::vector<Cell>& cells);
    void writeJson(const std::vector<Cell>& cells);
    void writeTable();

    OutputFormat m_format;
    std::FILE* m_out;
    std::vector<OutputColumn> m_columns;
    std::vector<std::vector<Cell>> m_rows; ///< of a table, whose widths are known at its end
    std::size_t m_blocks = 0;
    std::size_t m_rowsWritten = 0;
    bool m_inDocument = false;
    bool m_failed = false;
    int m_errno = 0;
};

} // namespace altimeter::cli
