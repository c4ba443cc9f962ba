// Every row within a radius of a query, over segments and loose rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "permutation.hpp"
#include "segment.hpp"
#include "twins.hpp"

namespace jikimi::index {

// Rows that are in no segment yet.
struct LooseRows {
    std::span<const std::uint64_t> ids;  // one a row
    std::span<const Row> rows;
};

struct Searched {
    std::span<const Segment* const> segments;
    std::uint64_t moment;  // rows removed at this moment or before are passed over
    LooseRows loose;
};

// How segments are searched; the answers are equal.
enum class Way {
    cheapest,
    bands,  // as far as there are bands and the radius allows it
    rows,   // by comparing every row
};

struct Queries {
    std::span<const Row> rows;
    std::span<const std::uint16_t> radii;  // one a query, 0 to 256
    // A query with more matches than this is cut off and said to be; 0 for no limit.
    std::size_t limit;
    Way way = Way::cheapest;
};

struct Match {
    std::uint64_t id;
    std::uint16_t distance;
};

struct Answer {
    std::vector<Match> matches;  // nearest first, equal distances by id
    bool capped = false;         // there are more; which were kept is not promised
};

// One answer a query. The queries are shared out to as many threads as asked for (at least 1), fewer
// when there are fewer queries.
// Throws DamagedSegment, std::bad_alloc, std::system_error when the machine gives no thread.
std::vector<Answer> search(const Searched& searched, const Queries& queries, std::size_t threads,
                           const Twins& twins);

}  // namespace jikimi::index
