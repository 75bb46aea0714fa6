program BEGIN
fn BEGIN, 0 args
slot 0: 8
slot 1: 64
b0: entry
	v1 = mov 0
	v8 = call 8()
	p9 = slot 0
	st4 [p9], v8
	p10 = mapfd 1
	p11 = slot 0
	p12 = call 1(p10, p11)
	br.eq p12, 0 ? b2 : b4
b1: finish
	jmp b2
b2: leave
	ret
b3: fault (cold)
	jmp b1
b4: area
	p13 = add p12, 320
	st8 [p13], 3
	v14 = mov 1
	aadd8 [p13+8], v14
	p15 = mapval 0+512
	v16 = ld4 [p15]
	v17 = sx4 v16
	v18 = sx4 v17
	p19 = mapval 0+520
	v20 = ld4 [p19]
	v21 = sx4 v20
	v22 = mov v21
	v23 = mul v18, -7046029254386353131
	v24 = lshr v23, 32
	v25 = xor v23, v24
	v26 = xor v25, 7955819
	v27 = mul v26, -4417276706812531889
	v28 = lshr v27, 32
	v29 = xor v27, v28
	v30 = mul v29, -7046029254386353131
	v31 = mov v30
	v32 = or v31, 3
	v33 = mov v32
	v34 = lshr v31, 32
	v35 = mov v34
	v36 = lshr v31, 16
	v37 = or v36, 1
	v38 = mov v37
	v39 = mov 0
	jmp b9
b5: next clause
	jmp b1
b6: clause done
	jmp b5
b7: clause fault (cold)
	v5 = mov 0
	v6 = mov 1
	jmp b3
b8: aggregated
	jmp b5
b9: probe
	v42 = and v35, 4095
	v43 = mul v42, 32
	p44 = add p12, v43
	p45 = add p44, 1384
	p40 = mov p45
	v46 = ld8 [p40]
	br.eq v46, v33 ? b14 : b15
b10: probe next
	v57 = add v39, 1
	v39 = mov v57
	v58 = add v35, v38
	v35 = mov v58
	br.ult v39, 16 ? b9 : b12
b11: found
	aadd8 [p41], v22
	jmp b8
b12: table full (cold)
	p59 = slot 1
	st8 [p59], v18
	p60 = slot 1
	st8 [p60+8], 7955819
	p61 = slot 1
	p62 = mapfd 3
	p63 = call 1(p62, p61)
	p41 = mov p63
	br.eq p41, 0 ? b19 : b20
b13: claim lost (cold)
	v70 = mov 1
	aadd8 [p12+136], v70
	jmp b8
b14: tag matches
	v47 = ld8 [p40+8]
	v48 = xor v47, v18
	v49 = ld8 [p40+16]
	v50 = xor v49, 7955819
	v51 = or v48, v50
	br.eq v51, 0 ? b17 : b12
b15: other tag
	br.eq v46, 0 ? b16 : b10
b16: free entry (cold)
	v53 = mov 1
	v54 = cmpxchg8 [p40], 0, v53
	br.eq v54, 0 ? b18 : b13
b17: same key
	p52 = add p40, 24
	p41 = mov p52
	jmp b11
b18: claimed entry (cold)
	st8 [p40+8], v18
	st8 [p40+16], 7955819
	v55 = xchg8 [p40], v33
	p56 = add p40, 24
	p41 = mov p56
	jmp b11
b19: overflow insert (cold)
	p64 = mapfd 3
	p65 = mapval 0+528
	v66 = call 2(p64, p61, p65, 1)
	p67 = mapfd 3
	p68 = call 1(p67, p61)
	p41 = mov p68
	br.eq p41, 0 ? b21 : b20
b20: overflow found (cold)
	jmp b11
b21: no place (cold)
	v69 = mov 1
	aadd8 [p12+136], v69
	jmp b8
program END
fn END, 0 args
slot 0: 8
b0: entry
	v1 = mov 0
	v8 = call 8()
	p9 = slot 0
	st4 [p9], v8
	p10 = mapfd 1
	p11 = slot 0
	p12 = call 1(p10, p11)
	br.eq p12, 0 ? b2 : b4
b1: finish
	jmp b2
b2: leave
	ret
b3: fault (cold)
	jmp b1
b4: area
	p13 = mapval 0+512
	v14 = ld4 [p13]
	v15 = sx4 v14
	v16 = mov v15
	p17 = add p12, 336
	st8 [p17], 3
	v18 = mov 1
	aadd8 [p17+8], v18
	v19 = mul v16, v18
	aadd8 [p17+16], v19
	v20 = ashr v16, 63
	v21 = xor v16, v20
	v22 = sub v21, v20
	v23 = sub 0, v22
	v24 = or v22, v23
	v25 = lshr v24, 63
	v26 = sub 4294967295, v22
	v27 = lshr v26, 63
	v28 = shl v27, 5
	v29 = lshr v22, v28
	v30 = sub 65535, v29
	v31 = lshr v30, 63
	v32 = shl v31, 4
	v33 = lshr v29, v32
	v34 = add v28, v32
	v35 = sub 255, v33
	v36 = lshr v35, 63
	v37 = shl v36, 3
	v38 = lshr v33, v37
	v39 = add v34, v37
	v40 = sub 15, v38
	v41 = lshr v40, 63
	v42 = shl v41, 2
	v43 = lshr v38, v42
	v44 = add v39, v42
	v45 = sub 3, v43
	v46 = lshr v45, 63
	v47 = shl v46, 1
	v48 = lshr v43, v47
	v49 = add v44, v47
	v50 = sub 1, v48
	v51 = lshr v50, 63
	v52 = lshr v48, v51
	v53 = add v49, v51
	v54 = add v53, v25
	v55 = lshr v54, 6
	v56 = sub v54, v55
	v57 = xor v56, v20
	v58 = sub v57, v20
	v59 = add v58, 63
	v60 = and v59, 127
	v61 = shl v60, 3
	p62 = add p17, v61
	aadd8 [p62+24], v18
	jmp b5
b5: next clause
	jmp b1
b6: clause done
	jmp b5
b7: clause fault (cold)
	v5 = mov 0
	v6 = mov 2
	jmp b3
