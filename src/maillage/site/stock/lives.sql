-- An invented stock, each row worked out from its number alone, so that any part can be made apart.
-- Everything random is a hash of (number, what it is for, seed): the same on any number of threads.

CREATE MACRO r(i, what) AS (hash(i, what, $seed) % 1000003) / 1000003.0;
CREATE MACRO pick(i, what, size) AS (hash(i, what, $seed) % size)::INT;
CREATE MACRO d(n, p) AS (n // (10::BIGINT ** p)::BIGINT) % 10;
CREATE MACRO check_digit(n) AS (10 - ($luhn) % 10) % 10;
CREATE MACRO lifetime(u) AS (CASE $survival ELSE 29220 END)::INT;
CREATE MACRO dated(year, i, what) AS make_date(year, 1, 1)
    + (CASE WHEN r(i, what || ' first') < 0.09 THEN 0 ELSE pick(i, what, 365) END)::INT;

-- Which unit each address is of, and its rank there: the first addresses are the seats.
CREATE VIEW numbered AS
SELECT range AS i,
    CASE WHEN range < $units THEN range
         WHEN range < $singles THEN ((range - $units) * $step) % $units
         ELSE (((range - $singles) // 8) * $step + 5) % $units END AS u,
    CASE WHEN range < $units THEN 1
         WHEN range < $singles THEN 2
         ELSE 3 + (range - $singles) % 8 END AS place
FROM range($establishments);

CREATE VIEW seats AS
WITH drawn AS (
    SELECT i, u, place, dated(y.value, u, 'born') AS told,
        DATE '2003-01-01' + pick(u, 'born again', $since) AS lately,
        lifetime(r(u, 'life')) AS lasts
    FROM numbered JOIN years y ON y.slot = pick(u, 'year', years_size())
)
-- A unit that ceased before INSEE kept its history was purged: it is drawn again, later.
SELECT i, u, place, lasts,
    CASE WHEN told > DATE '$as_of' OR told + lasts < DATE '2003-01-01' THEN lately ELSE told END AS unit_born
FROM drawn;

CREATE VIEW dealt AS
SELECT *, unit_born + lasts AS unit_over, unit_born + lasts <= DATE '$as_of' AS unit_ceased,
    (u * $back) % $units < $seconds
        AND r(u, 'moves') < 0.3 AND unit_born + lasts + 25 <= DATE '$as_of' AS unit_moves,
    $units + (u * $back) % $units AS next_i,
    unit_born + lasts + pick(u, 'lag', 25) + greatest(lifetime(r(next_i, 'own life')), 1) AS next_over
FROM seats;

CREATE VIEW begun AS
SELECT *, unit_moves AND place = 2 AS is_move,
    CASE WHEN place = 1 THEN unit_born
         WHEN unit_moves AND place = 2 THEN unit_over + pick(u, 'lag', 25)
         -- While its unit is there: nobody opens an address for a firm that has ceased.
         ELSE unit_born + (r(i, 'later') * (least(DATE '$as_of', unit_over - 1) - unit_born))::INT END AS born
FROM dealt;

CREATE VIEW lived AS
WITH ended AS (
    SELECT *, CASE WHEN place = 1 THEN unit_over ELSE born + lifetime(r(i, 'own life')) END AS over
    FROM begun
), bounded AS (
    SELECT * EXCLUDE over, CASE
        WHEN place > 1 AND NOT is_move AND unit_ceased AND unit_over < over THEN greatest(unit_over, born + 1)
        ELSE greatest(over, born + 1) END AS over
    FROM ended
)
SELECT *, CASE WHEN over <= DATE '$as_of' THEN over END AS closed,
    CASE WHEN over <= DATE '$as_of' AND NOT (unit_moves AND place = 1) AND r(i, 'returns') < 0.05
        AND (place = 1 OR is_move OR NOT unit_ceased)
        AND over + 20 + pick(i, 'gap', 1400) <= DATE '$as_of' THEN over + 20 + pick(i, 'gap', 1400) END AS reopened
FROM bounded WHERE born <= DATE '$as_of';

CREATE VIEW places AS
WITH drawn AS (
    SELECT l.*, 10000000 + ((u::BIGINT * 7368787 + 1234567 * $shift) % 89999993) AS body,
        a.value AS activity, old.value AS former_activity, k.value AS category, b.value AS own_band,
        r(u, 'employs') < CASE WHEN k.value = '1000' THEN 0.06 ELSE 0.27 END AS employs,
        pick(CASE WHEN place = 1 OR is_move THEN u ELSE i END,
             CASE WHEN is_move AND r(u, 'far') < 0.4 THEN 'elsewhere' ELSE 'commune' END, communes_size())
            AS commune_slot
    FROM lived l
    JOIN activities a ON a.slot = pick(u, 'activity', activities_size())
    JOIN activities old ON old.slot = pick(i, 'former', activities_size())
    JOIN categories k ON k.slot = pick(u, 'category', categories_size())
    JOIN bands b ON b.slot = pick(i, 'band', bands_size())
), numbers AS (
    SELECT *, body * 10 + check_digit(body) AS siren FROM drawn
), more AS (
    SELECT *, siren * 10000 + place AS thirteen,
        CASE WHEN employs THEN own_band ELSE 'NN' END AS band,
        category = '1000' AND r(u, 'discreet') < 0.12 OR r(u, 'discreet too') < 0.003 AS is_hidden,
        CASE WHEN employs AND r(i, 'hires later') < 0.6
            THEN born + 30 + pick(i, 'hires', 1500) END AS hires,
        CASE WHEN r(i, 'changes') < 0.5 THEN born + 60 + pick(i, 'change', 4000) END AS changes,
        r(i, 'trade') < 0.4 AS has_trade
    FROM numbers
)
SELECT m.*, lpad(siren::VARCHAR, 9, '0') AS siren_text,
    lpad((place * 10 + check_digit(thirteen))::VARCHAR, 5, '0') AS nic,
    lpad((thirteen * 10 + check_digit(thirteen))::VARCHAR, 14, '0') AS siret,
    c.code AS commune, c.name AS commune_name, c.postcode,
    c.x + pick(i, 'x', 3000) - 1500 AS x, c.y + pick(i, 'y', 3000) - 1500 AS y,
    CASE WHEN activity IN (SELECT code FROM crafts) AND has_trade
        THEN replace(activity, '.', '') || substr('ABCDZ', 1 + pick(i, 'letter', 5), 1) END AS trade,
    CASE WHEN hires < coalesce(closed, DATE '$as_of') THEN hires END AS hired,
    CASE WHEN changes < coalesce(closed, DATE '$as_of') THEN changes END AS changed,
    r(i, 'unknown') < 0.004 AS is_unknown
FROM more m JOIN commune_slots s ON s.slot = m.commune_slot JOIN communes c ON c.rank = s.rank;

CREATE VIEW steps AS
SELECT *, list_sort(list_distinct(list_filter(
    [CASE WHEN is_unknown THEN DATE '1900-01-01' ELSE born END, hired, changed, closed, reopened,
     CASE WHEN born < DATE '2008-01-01' AND (closed IS NULL OR closed > DATE '2008-01-01')
         THEN DATE '2008-01-01' END],
    lambda day: day IS NOT NULL))) AS days
FROM places;
