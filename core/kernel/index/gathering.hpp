// What a block of queries has found so far.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "search.hpp"

namespace jikimi::index {

class Gathering {
public:
    Gathering(std::size_t queries, std::size_t limit) : finds_(queries), limit_(limit) {}

    // A row of the part now searched; it may come more than once.
    void add(std::size_t query, RowHit hit) {
        Finds& finds = finds_[query];
        finds.hits.push_back(hit);
        if (limit_ != 0 && finds.hits.size() >= finds.count_at) count(finds);
    }

    // The query has more matches than the limit; nothing need be looked for any more.
    bool is_full(std::size_t query) const { return finds_[query].full; }

    // The part is searched: its rows bear these ids.
    void name_hits(std::span<const std::uint64_t> ids);

    // Called once, at the end.
    Answer take_answer(std::size_t query);

private:
    struct Finds {
        std::vector<Match> matches;  // of the parts before
        std::vector<RowHit> hits;    // of this part
        std::size_t count_at = 0;    // hits at which to see whether the limit is passed
        bool full = false;
    };

    void count(Finds& finds);

    std::vector<Finds> finds_;
    std::size_t limit_;
};

}  // namespace jikimi::index
